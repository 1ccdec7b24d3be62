/* bulla-cli-verifier.c - runs the command of another verifier on a package of a conformance suite
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-verifier.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

#include "bulla-cli-manifest.h"
#include "bulla-cli.h"
#include "bulla-json.h"
#include "bulla-wait.h"

#define PACKAGE "{}"
#define OUTPUT_MAX (1u << 20) /* most bytes of the output that are read as JSON */
#define READ_SIZE 4096
#define DEPTH_MAX 16
#define NOT_FOUND 127 /* exit status of env(1) and of shells */
#define NOT_RUN 126

/* Placeholders for one value of the manifest, and for each of several values: a word with one of
 * the latter is repeated. */
static const struct {
  const char *placeholder, *member;
  gboolean is_file;
} SINGLE[] = {{PACKAGE, "file", TRUE},  {"{chain}", "chain", TRUE},
              {"{root}", "root", TRUE}, {"{logs}", "ct_logs", TRUE},
              {"{url}", "url", FALSE},  {"{delivered}", "delivered_from", FALSE},
              {"{name}", "name", FALSE}},
  SEVERAL[] = {{"{header}", "headers", FALSE},
               {"{request-header}", "request_headers", FALSE},
               {"{set}", "settings", FALSE}};

/**
 * bulla_cli_verifier_init: (skip)
 * @self: (out): receives the words
 * @command: the command, quoted as for a shell; no shell runs it
 * @error: a #BULLA_CLI_ERROR if the quotes do not match or the package is not named
 *
 * Returns: whether the command can be used
 */
gboolean
bulla_cli_verifier_init (BullaCliVerifier *self, const char *command, GError **error)
{
  g_autoptr (GError) failure = NULL;
  int n = 0;

  if (!g_shell_parse_argv (command, &n, &self->words, &failure)) {
    bulla_cli_usage_error (error, "--command: %s", failure->message);
    return FALSE;
  }
  for (int i = 1; i < n; i++)
    if (strstr (self->words[i], PACKAGE) != NULL)
      return TRUE;
  bulla_cli_usage_error (error, _ ("--command does not name the package; write {} in its place"));
  return FALSE;
}

void
bulla_cli_verifier_clear (BullaCliVerifier *self)
{
  g_clear_pointer (&self->words, g_strfreev);
}

static gboolean
has_placeholder (const BullaCliVerifier *self, const char *placeholder)
{
  for (gsize i = 0; self->words[i] != NULL; i++)
    if (strstr (self->words[i], placeholder) != NULL)
      return TRUE;
  return FALSE;
}

static guint
count_values (JsonObject *package, const char *member)
{
  JsonArray *values = bulla_json_get_array (package, member);

  return values != NULL ? json_array_get_length (values) : 0;
}

/* Returns: (transfer full): the texts of an array of strings, separated by commas */
static char *
dup_list (JsonArray *values)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (values); i++) {
    const char *value = bulla_json_node_get_text (json_array_get_element (values, i));
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", value != NULL ? value : "?");
  }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

/**
 * bulla_cli_verifier_dup_obstacle: (skip)
 * @self: a verifier
 * @package: an object of the manifest
 *
 * The command has to name unusual headers and URLs of delivery by "{header}" and "{delivered}",
 * fields of the request by "{request-header}", and settings by "{set}".
 *
 * Returns: (transfer full) (nullable): why the command cannot judge the package, translated and
 *   not yet printable; %NULL if it can
 */
char *
bulla_cli_verifier_dup_obstacle (const BullaCliVerifier *self, JsonObject *package)
{
  const struct {
    gboolean is_needed;
    const char *placeholder;
  } needs[] = {
      {!bulla_json_get_boolean (package, "delivered_as_usual"), "{header}"},
      {!bulla_json_get_boolean (package, "delivered_as_usual"), "{delivered}"},
      {count_values (package, "request_headers") > 0, "{request-header}"},
      {count_values (package, "settings") > 0, "{set}"},
  };

  if (count_values (package, "needs") > 0) {
    g_autofree char *groups = dup_list (bulla_json_get_array (package, "needs"));
    return g_strdup_printf (_ ("it needs more than files and options can express (%s)"), groups);
  }
  if (!bulla_cli_manifest_has_profile (package, self->profile))
    return g_strdup_printf (_ ("it has no expected verdict of the profile %s"), self->profile);
  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++)
    if (needs[i].is_needed && !has_placeholder (self, needs[i].placeholder))
      return g_strdup_printf (_ ("the command has no %s"), needs[i].placeholder);
  return NULL;
}

/* Replaces the placeholders for single values. Returns: (transfer full) (nullable): NULL if the
 * word has one without a value */
static char *
expand_word (const BullaCliVerifier *self, JsonObject *package, const char *word)
{
  g_autoptr (GString) text = g_string_new (word);
  g_autofree char *at =
      g_strdup_printf ("%" G_GINT64_FORMAT, bulla_json_get_number (package, "at", 0));

  g_string_replace (text, "{at}", at, 0);
  g_string_replace (text, "{profile}", self->profile, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (SINGLE); i++) {
    const char *value = bulla_json_get_text (package, SINGLE[i].member);
    if (strstr (text->str, SINGLE[i].placeholder) == NULL)
      continue;
    if (value == NULL)
      return NULL;
    g_autofree char *path =
        SINGLE[i].is_file ? g_build_filename (self->folder, value, NULL) : g_strdup (value);
    g_string_replace (text, SINGLE[i].placeholder, path, 0);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_word (GPtrArray *words, const char *word, const char *placeholder, const char *value)
{
  GString *text = g_string_new (word);

  g_string_replace (text, placeholder, value, 0);
  g_ptr_array_add (words, g_string_free (text, FALSE));
}

/* Appends the word for each header that a usual delivery has, and this one lacks. */
static void
add_missing_headers (GPtrArray *words, JsonArray *headers, const char *word,
                     const char *placeholder)
{
  static const char *const usual[] = {"Content-Type:", "X-Content-Type-Options:"};

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++) {
    gboolean found = FALSE;
    for (guint j = 0; headers != NULL && j < json_array_get_length (headers); j++) {
      const char *header = bulla_json_node_get_text (json_array_get_element (headers, j));
      found = found
              || (header != NULL && g_ascii_strncasecmp (header, usual[i], strlen (usual[i])) == 0);
    }
    if (!found)
      add_word (words, word, placeholder, usual[i]);
  }
}

/* Appends the word once for each value. Returns: whether it has a placeholder for several values */
static gboolean
add_repeated_word (GPtrArray *words, JsonObject *package, const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (SEVERAL); i++) {
    JsonArray *values = bulla_json_get_array (package, SEVERAL[i].member);
    if (strstr (word, SEVERAL[i].placeholder) == NULL)
      continue;
    for (guint j = 0; values != NULL && j < json_array_get_length (values); j++) {
      const char *value = bulla_json_node_get_text (json_array_get_element (values, j));
      add_word (words, word, SEVERAL[i].placeholder, value != NULL ? value : "");
    }
    if (g_str_equal (SEVERAL[i].member, "headers")
        && bulla_json_get_text (package, "delivered_from") != NULL)
      add_missing_headers (words, values, word, SEVERAL[i].placeholder);
    return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full): the words of the command for this package, ended by NULL */
static GPtrArray *
expand_command (const BullaCliVerifier *self, JsonObject *package)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; self->words[i] != NULL; i++) {
    if (add_repeated_word (words, package, self->words[i]))
      continue;
    char *word = expand_word (self, package, self->words[i]);
    if (word != NULL)
      g_ptr_array_add (words, word);
  }
  g_ptr_array_add (words, NULL);
  return words;
}

typedef struct {
  GSubprocess *process;      /* borrowed */
  GCancellable *cancellable; /* owned; ends reading */
  gboolean late;
  gboolean cut; /* whether the output is longer than what is kept of it */
} Watch;

static gboolean
end_late_process (gpointer data)
{
  Watch *self = data;

  self->late = TRUE;
  g_subprocess_force_exit (self->process);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* Reads the output to its end, and keeps its start. Returns: (transfer full) */
static GByteArray *
read_output (Watch *self)
{
  GByteArray *output = g_byte_array_new ();
  GInputStream *pipe = g_subprocess_get_stdout_pipe (self->process);
  guint8 buffer[READ_SIZE];
  gssize n = 1;

  while (n > 0) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_async (pipe, buffer, sizeof buffer, G_PRIORITY_DEFAULT, self->cancellable,
                               bulla_wait_cb, &result);
    n = g_input_stream_read_finish (pipe, bulla_wait_for (&result), NULL);
    if (n > 0 && output->len + (gsize)n > OUTPUT_MAX)
      self->cut = TRUE;
    if (n > 0 && !self->cut)
      g_byte_array_append (output, buffer, (guint)n);
  }
  return output;
}

/* Says whether the output is meant as an object; dumps and other text are not. */
static gboolean
begins_object (const GByteArray *output)
{
  guint i = 0;

  while (i < output->len && g_ascii_isspace (output->data[i]))
    i++;
  return i < output->len && output->data[i] == '{';
}

/* Reads the object that a verifier may print; other output means nothing. */
static void
read_object (BullaCliFinding *finding, const GByteArray *output)
{
  g_autoptr (JsonNode) node =
      output->len > 0 ? bulla_json_parse ((const char *)output->data, output->len, DEPTH_MAX, NULL)
                      : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  JsonObject *object = json_node_get_object (node);
  finding->outcome = g_strdup (bulla_json_get_text (object, "outcome"));
  finding->reason = g_strdup (bulla_json_get_text (object, "reason"));
  finding->reasoned = json_object_has_member (object, "reason");
}

/* Ends the process if it takes too long. Returns: whether it could be waited for */
static gboolean
await_process (const BullaCliVerifier *self, GSubprocess *process, BullaCliFinding *finding,
               GError **error)
{
  Watch watch = {.process = process, .cancellable = g_cancellable_new ()};
  g_autoptr (GCancellable) cancellable = watch.cancellable;
  g_autoptr (GSource) timer = g_timeout_source_new (self->timeout);
  g_autoptr (GAsyncResult) result = NULL;

  g_source_set_callback (timer, end_late_process, &watch, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  g_autoptr (GByteArray) output = read_output (&watch);
  g_subprocess_wait_async (process, NULL, bulla_wait_cb, &result);
  gboolean waited = g_subprocess_wait_finish (process, bulla_wait_for (&result), error);
  g_source_destroy (timer);
  if (!waited)
    return FALSE;
  finding->late = watch.late;
  finding->cut = watch.cut && begins_object (output);
  finding->status =
      g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  finding->signal =
      g_subprocess_get_if_signaled (process) ? g_subprocess_get_term_sig (process) : 0;
  if (!watch.cut)
    read_object (finding, output);
  return TRUE;
}

/**
 * bulla_cli_verifier_judge: (skip)
 * @self: a verifier
 * @package: an object of the manifest, for which bulla_cli_verifier_dup_obstacle() is %NULL
 * @finding: (out): what the command said; to be cleared with bulla_cli_finding_clear()
 * @error: set if the command cannot be run
 *
 * Blocks, and runs the calling thread's main context. The command's input is empty, and its
 * standard error is not shown.
 *
 * Returns: whether the command was run
 */
gboolean
bulla_cli_verifier_judge (const BullaCliVerifier *self, JsonObject *package,
                          BullaCliFinding *finding, GError **error)
{
  g_autoptr (GPtrArray) words = expand_command (self, package);
  g_autoptr (GSubprocess) process =
      g_subprocess_newv ((const char *const *)words->pdata,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);

  *finding = (BullaCliFinding){.status = -1};
  if (process == NULL || !await_process (self, process, finding, error))
    return FALSE;
  if (finding->status != NOT_FOUND && finding->status != NOT_RUN)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s: the command cannot be run"),
               self->words[0]);
  return FALSE;
}

void
bulla_cli_finding_clear (BullaCliFinding *self)
{
  g_clear_pointer (&self->outcome, g_free);
  g_clear_pointer (&self->reason, g_free);
}
