#!/usr/bin/env python3
"""check-bytes.py - unsafe functions are called only where their input was checked.

SPDX-License-Identifier: LGPL-2.1-or-later

Data from the network, a package, a file or a web process are untrusted bytes: they need not be
UTF-8, and may contain NULs and any numbers. With such data the functions below end the process,
warn, read past the end or have undefined results. Each file that calls one is listed, with the
reason why its arguments are safe; every other call is a complaint. A listed file without a call is
a complaint, too, so the lists stay correct.
"""
import re

import lintlib

ARGV = "what the user typed; GOption has made it UTF-8"
OURS = 'text of our own'
ASCII = 'has no byte beyond ASCII: bulla_url_parse() or WebKit has made it so'

# (functions, their use of bytes, {file: why they are safe there})
CALLS = [
    (
        r'g_pattern_\w+'
        r'|g_utf8_(collate|normalize|strup|strdown|strreverse|to_ucs4_fast|to_utf16)\w*'
        r'|g_utf8_(offset_to_pointer|pointer_to_offset|strncpy|truncate_middle)'
        r'|g_utf8_find_prev_char|g_utf8_prev_char|g_str_(tokenize_and_fold|match_string|to_ascii)'
        r'|g_markup_(printf_escaped|vprintf_escaped|parse_context_\w+)'
        r'|g_regex_(replace|split|match_simple)\w*',
        'aborts on text that is not UTF-8, or reads past its end',
        {
            'loader/bytes/bulla-canonical-json.c': 'after g_utf8_validate()',
            'policy/fields/bulla-url-browser.c': 'its caller has called g_utf8_validate_len()',
            'shell/cli/trust/verb-log.c': 'NULL is expected',
        },
    ),
    (
        r'g_utf8_(get_char|next_char|find_next_char|strlen|substring|casefold)',
        'reads past the end of text that is not UTF-8',
        {
            'policy/fields/bulla-printable.c': 'after g_utf8_get_char_validated()',
            'policy/bulla-verdict-text.c': 'of bulla_printable_dup()',
            'policy/fields/bulla-url.c': 'after g_utf8_validate_len()',
            'policy/fields/bulla-url-browser.c': 'its caller has called g_utf8_validate_len()',
            'policy/caa/bulla-issuer-value.c': 'after g_utf8_validate()',
            'loader/verify/bulla-distinguished-name.c': 'after g_utf8_make_valid()',
            'shell/view/bulla-panel-row.c': 'typed into a GtkEditable, and addresses of history',
            'shell/window/bulla-window.c': 'typed into a GtkEditable',
            'shell/cli/output/bulla-cli-junit.c': 'after g_utf8_make_valid()',
            'shell/cli/verify/bulla-cli-report-compact.c': 'after g_utf8_make_valid()',
            'shell/cli/resources/bulla-cli-bundle-urls.c': 'of bulla_printable_dup()',
            'shell/cli/verify/verb-calendar.c': 'of bulla_printable_dup(), and text of our own',
            'shell/cli/bundle/bulla-cli-extract-path.c': (
                'after g_utf8_make_valid() or g_utf8_validate()'
            ),
            'shell/cli/frame/bulla-cli-help.c': OURS,
            'shell/cli/frame/verb-explain.c': OURS,
        },
    ),
    (
        r'g_regex_(new|match)\w*',
        'refuses text that is not UTF-8 with a warning, unless it is raw',
        {},
    ),
    (
        r'g_markup_escape_text',
        'reads past the end of text that is not UTF-8',
        {
            'shell/view/bulla-shell-pages.c': 'after g_utf8_make_valid()',
            'shell/cli/gateway/bulla-cli-page-event.c': 'after bulla_printable_dup()',
            'shell/cli/variants/bulla-cli-variants-html-tables.c': 'after bulla_printable_dup()',
            'shell/view/bulla-panel-row.c': 'names of specifications, which are our own',
            'shell/demo/bulla-demo-servers.c': 'text of the demo’s own files',
        },
    ),
    (
        r'g_variant_(new_(string|take_string|printf|strv|objv|object_path|signature|parsed\w*)'
        r'|new|builder_add)',
        'warns on text that is not UTF-8 and gives NULL',
        {
            'loader/package-door/bulla-package-door.c': 'origins and package ids, which are ASCII',
            'shell/view/bulla-view-requests.c': 'view tokens of our own',
            'shell/engine/bulla-web-context.c': OURS,
            'shell/extension/bulla-page-frames.c': 'hosts, which GUri has made ASCII',
            'shell/extension/bulla-page-requests.c': 'after g_utf8_make_valid()',
        },
    ),
    (
        r'json_(builder_add_string_value|node_(set|init)_string|object_set_string_member'
        r'|array_add_string_element)',
        'writes text that is not UTF-8 as it is, into JSON that is none',
        {
            'loader/bytes/bulla-json.c': 'after g_utf8_make_valid()',
            'loader/report/bulla-sxg-report.c': 'after g_utf8_make_valid()',
            'loader/store/bulla-exchange-log.c': 'after g_utf8_make_valid()',
            'shell/view/bulla-decision-log.c': 'after g_utf8_make_valid()',
            'shell/cli/frame/verb-explain.c': OURS,
            'shell/cli/frame/bulla-cli-caa-json.c': 'CAA domains, which are ASCII',
            'shell/cli/trust/verb-issuers-list.c': 'the table is UTF-8',
            'shell/demo/bulla-demo-status.c': 'text of the demo’s own',
        },
    ),
    (
        r'json_(node_get_(string|int|double)|object_get_(string|int|double)_member\w*'
        r'|array_get_(string|int|double)_element|reader_get_\w+_value)',
        'gives text that is not UTF-8 for half a surrogate, and any int for a double beyond it; '
        'use bulla_json_get_text() and bulla_json_get_number()',
        {
            'loader/bytes/bulla-json.c': 'checked there, for all',
            'loader/bytes/bulla-canonical-json.c': (
                'by type; g_utf8_validate() and isfinite() follow'
            ),
            'loader/report/bulla-nel-policy.c': 'numbers alone, after json_node_get_value_type()',
            'shell/cli/frame/bulla-cli-json.c': 'JSON of our own; through bulla_printable_dup()',
        },
    ),
    (
        r'json_(parser_load_from_(data|stream|file)\w*|from_string)',
        'recurses as deep as its input does; use bulla_json_parse()',
        {
            'loader/bytes/bulla-json.c': 'its depth is checked there, for all',
        },
    ),
    (
        r'G_URI_FLAGS_PARSE_RELAXED',
        'accepts URLs that g_uri_to_string() and g_uri_resolve_relative() then warn of',
        {
            'policy/fields/bulla-uri-text.c': 'asked for its host alone',
        },
    ),
    (
        r'g_uri_(to_string(_partial)?|resolve_relative)',
        'fails on URLs such as x:/.//a: call bulla_uri_dup_text() or bulla_url_resolve()',
        {
            'policy/fields/bulla-uri-text.c': 'where these are',
            'loader/fetch/bulla-fetcher.c': 'of a URL with a host',
            'loader/fetch/message/bulla-contact-recorder.c': 'of a URL with a host',
            'loader/gateway/request/bulla-gateway-request.c': 'of a URL with a host',
            'loader/report/bulla-nel-policy.c': 'of a URL with a host',
            'shell/cli/signers/bulla-cli-bundle-sign.c': 'the reference is ours',
            'shell/cli/signers/bulla-cli-exchange-signer.c': 'the reference is ours',
        },
    ),
    (
        r'g_uri_(unescape_(string|segment|bytes))',
        'makes text that is not UTF-8',
        {
            'shell/view/bulla-address.c': 'g_utf8_validate() follows',
            'shell/cli/bundle/bulla-cli-extract-path.c': 'g_utf8_make_valid() follows',
            'shell/cli/recordings/bulla-cli-mhtml-cid.c': 'bulla_printable_dup() follows',
            'shell/cli/site/bulla-cli-site.c': 'g_utf8_validate() follows',
            'shell/cli/resources/bulla-cli-normalise-url.c': 'g_utf8_validate() follows',
            'shell/cli/gateway/bulla-cli-live-page.c': 'g_ascii_isgraph() of each byte follows',
        },
    ),
    (
        r'g_hostname_to_(ascii|unicode)',
        'gives NULL for a name that is not UTF-8 or too long',
        {
            'loader/fetch/message/bulla-http-message.c': 'NULL is expected',
            'policy/caa/bulla-dns-name.c': 'NULL is expected',
            'policy/fields/bulla-url-browser.c': 'NULL is expected',
            'shell/cli/resources/bulla-cli-normalise-url.c': 'NULL is expected',
        },
    ),
    (
        r'soup_uri_decode_data_uri|g_base64_decode_inplace',
        'warns on base64 that is too short, as text with a NUL in it is',
        {},
    ),
    (
        r'soup_message_headers_get_content_disposition',
        'succeeds without a disposition where the value begins with a parameter',
        {'loader/gateway/bulla-gateway-execute.c': 'NULL is expected'},
    ),
    (
        r'g_date_time_new_(from_unix_utc|from_iso8601|utc|local|from_timeval\w*)',
        'gives NULL for a time beyond the year 9999, which the formatting functions warn of',
        {
            'loader/ledger/bulla-ledger-har.c': 'NULL is expected',
            'loader/verify/bulla-log-list.c': 'NULL is expected',
            'loader/fetch/dns/bulla-unbound-context.c': 'between 1970 and 2106',
            'policy/fields/bulla-field-date.c': 'NULL is expected',
            'policy/bulla-verdict-text.c': 'NULL is expected',
            'policy/bulla-facts.c': 'NULL is expected',
            'shell/engine/bulla-options.c': 'NULL is expected',
            'loader/bulla-explain-time.c': 'NULL is expected',
            'shell/cli/frame/bulla-cli-option-values.c': 'NULL is expected',
            'shell/cli/trust/bulla-cli-caa-text.c': 'NULL is expected',
            'shell/cli/frame/bulla-cli-option-values.c': 'NULL is expected; bounds are constants',
        },
    ),
    (
        r'gtk_(label_(new|set_(text|label|markup))|window_set_title|editable_set_text'
        r'|entry_buffer_\w+|widget_set_tooltip_(text|markup)|string_(list|object)_\w+'
        r'|label_set_markup_with_mnemonic|text_buffer_\w+|menu_button_set_label|button_set_label)',
        'warns on text that is not UTF-8 and shows nothing',
        {
            'shell/window/bulla-window.c': 'titles and addresses of WebKit, which are UTF-8',
            'shell/window/bulla-window-parts.c': 'after g_utf8_make_valid()',
            'shell/panels/bulla-ledger-panel.c': 'of bulla-contact.c, which makes it valid',
            'shell/panels/bulla-panel-widgets.c': 'of rows, which are valid',
            'shell/window/bulla-find-bar.c': 'text of our own',
            'shell/window/bulla-history-dialog.c': 'of bulla_printable_dup()',
            'shell/window/bulla-start-page.c': 'of bulla_printable_dup(), and errors of GLib',
            'shell/window/bulla-download-row.c': 'safe names, and errors of GLib',
            'shell/panels/bulla-verdict-panel.c': 'of bulla_verdict_dup_observed()',
            'shell/panels/bulla-variants-panel.c': 'of bulla_printable_dup(), and of key files',
        },
    ),
    (
        r'g_(log|error|critical|warning|message|info|debug)',
        'prints what could command a terminal',
        {
            'loader/ledger/bulla-ledger-lines.c': 'an error of writing a file',
            'loader/ledger/bulla-ledger-file.c': 'of bulla_printable_dup(); an error number',
            'loader/bulla-loader-dns.c': 'of bulla_printable_dup()',
            'loader/gateway/bulla-navigation-answer.c': OURS,
            'loader/gateway/request/bulla-gateway-identify-initiator.c': 'of bulla_printable_dup()',
            'loader/gateway/session/bulla-gateway-session.c': 'an error number',
            'loader/gateway/connection/bulla-gateway-tunnel.c': 'a socket’s; bulla_printable_dup()',
            'shell/view/bulla-decision-log.c': 'an error of writing a file',
            'shell/view/bulla-view-report.c': 'bulla_printable_dup()',
            'shell/panels/bulla-variants-panel.c': 'bulla_printable_dup()',
            'shell/engine/bulla-substituted-sessions.c': 'an error of WebKit’s data manager',
            'shell/engine/bulla-view-id.c': OURS,
            'shell/engine/bulla-worker-removal.c': OURS,
            'shell/view/bulla-package-opener.c': OURS,
            'shell/engine/bulla-web-settings.c': OURS,
            'shell/extension/bulla-page-requests.c': OURS,
        },
    ),
    (
        r'g_print|g_printerr|printf|puts|fputs|putchar|fprintf|vprintf|vfprintf|perror|fwrite',
        'prints what could command a terminal; use bulla_cli_print()',
        {
            'shell/bulla-application.c': 'an error of an option: ' + ARGV,
            'shell/engine/bulla-engine.c': 'of bulla_printable_dup()',
            'shell/engine/bulla-shell-store.c': 'of bulla_printable_dup()',
            'shell/engine/bulla-options.c': 'of bulla_printable_dup()',
            'shell/cli/output/bulla-cli-print.c': 'of bulla_printable_dup()',
            'shell/cli/output/bulla-cli-cite.c': 'of bulla_printable_dup_lines(), and our links',
            'loader/on-demand/bulla-on-demand.c': 'of bulla_printable_dup()',
            'shell/demo/bulla-demo.c': 'text of the demo’s own',
            'shell/demo/bulla-demo-front.c': 'text of the demo’s own',
            'shell/demo/bulla-demo-http2.c': 'text of the demo’s own',
            'shell/demo/bulla-demo-long-page.c': 'text of the demo’s own',
            'shell/demo/bulla-demo-relay.c': 'text of the demo’s own',
            'shell/demo/bulla-demo-status.c': 'text of the demo’s own',
        },
    ),
    (
        r'ato[il]l?|strto(l|ll|ul|ull|d|f|ld)|g_ascii_strto(ll|ull)|sscanf',
        'saturates, wraps a sign or stops early without a word; use g_ascii_string_to_signed()',
        {
            'loader/substitute/bulla-prefetch.c': 'what saturates is bounded after it',
            'loader/gateway/connection/bulla-gateway-request-head.c': (
                '18 digits at most, and nothing else'
            ),
            'shell/cli/inspect/bulla-cli-inspect.c': 'a status that is shown, whatever it is',
        },
    ),
]
WHERE = re.compile(r'(loader|policy|shell)/.*\.c')
STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/', re.DOTALL)


def find_calls(text, functions):
    """The uses of FUNCTIONS in TEXT, outside of comments and strings."""
    bare = STRINGS.sub(lambda found: re.sub(r'[^\n]', ' ', found[0]), text)
    call = functions if functions.isupper() else rf'({functions}) \('
    for found in re.finditer(rf'\b{call}', bare):
        yield bare.count('\n', 0, found.start()) + 1, found[0].rstrip(' (')


def check(root, _build):
    names = [name for name in lintlib.tracked(root, '.c') if WHERE.fullmatch(name)]
    for functions, harm, allowed in CALLS:
        used = set()
        for name in names:
            for line, call in find_calls(lintlib.read(root, name), functions):
                used.add(name)
                if name not in allowed:
                    yield f'{name}:{line}: {call} {harm}; see check-bytes.py'
        for name in sorted(set(allowed) - used):
            if name in names:
                yield f'{name}: calls none of {functions[:40]}…; take it out of check-bytes.py'


lintlib.run(
    'bytes',
    check,
    bad=[
        ('a pattern', {'policy/a.c': 'g_pattern_match_simple ("?", x);'}, 'policy/a.c:1: g_p'),
        ('a label', {'shell/a.c': '\ngtk_label_set_text (label, x);'}, 'shell/a.c:2: gtk_label'),
        ('a variant', {'shell/extension/a.c': 'g_variant_new_string (x);'}, 'gives NULL'),
        ('output past the escape', {'shell/cli/a.c': 'g_print ("%s", x);'}, 'bulla_cli_print'),
        ('a relaxed URL', {'loader/a.c': 'f (x, G_URI_FLAGS_PARSE_RELAXED);'}, 'accepts URLs'),
        (
            'a permission that is not used',
            {'loader/bytes/bulla-json.c': 'int x;'},
            'take it out of check-bytes.py',
        ),
    ],
    good={
        'policy/a.c': '/* g_pattern_match () */ const char *x = "g_print (";',
        'tests/a.c': 'puts (x);',
    },
)
