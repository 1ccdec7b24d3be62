/* bulla-cli-manifest.c - reads the manifest of a conformance suite
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-manifest.h"

#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-error.h"
#include "bulla-json.h"

#define SIZE_MAX_BYTES (64 << 20)
#define DEPTH_MAX 8

/**
 * bulla_cli_manifest_read: (skip)
 * @folder: a folder that bulla forge wrote
 * @error: set if its manifest cannot be read, or is not one
 *
 * Returns: (transfer full) (nullable): the manifest; it has packages
 */
JsonNode *
bulla_cli_manifest_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, BULLA_CLI_MANIFEST, NULL);
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, SIZE_MAX_BYTES, error);

  if (bytes == NULL)
    return NULL;
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonNode) node = bulla_json_parse (data, size, DEPTH_MAX, error);
  if (node == NULL) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  if (bulla_cli_manifest_get_packages (node) == NULL) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: not a manifest of bulla forge"),
                 path);
    return NULL;
  }
  return g_steal_pointer (&node);
}

/**
 * bulla_cli_manifest_get_packages: (skip)
 * @manifest: any JSON value
 *
 * Returns: (transfer none) (nullable): an array with one object for each package
 */
JsonArray *
bulla_cli_manifest_get_packages (JsonNode *manifest)
{
  return JSON_NODE_HOLDS_OBJECT (manifest)
             ? bulla_json_get_array (json_node_get_object (manifest), "packages")
             : NULL;
}

/**
 * bulla_cli_manifest_has_profile: (skip)
 * @package: an object of the manifest
 * @profile: the name of a profile
 *
 * Returns: whether a verdict of that profile is expected
 */
gboolean
bulla_cli_manifest_has_profile (JsonObject *package, const char *profile)
{
  return bulla_cli_manifest_get_expected (package, profile, "outcome") != NULL;
}

/**
 * bulla_cli_manifest_get_expected: (skip)
 * @package: an object of the manifest
 * @profile: the name of a profile
 * @member: "outcome" or "reason"
 *
 * Returns: (transfer none) (nullable): the expected nick; %NULL if nothing is wrong, or nothing is
 *   expected
 */
const char *
bulla_cli_manifest_get_expected (JsonObject *package, const char *profile, const char *member)
{
  JsonObject *all = bulla_json_get_object (package, "expected");
  JsonObject *expected = all != NULL ? bulla_json_get_object (all, profile) : NULL;

  return expected != NULL ? bulla_json_get_text (expected, member) : NULL;
}
