// bench-wbn-create.cjs - makes a bundle of the files of a folder and its folders
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// FOLDER DIR OUT: folder in which wbn is installed, the folder, and the bundle.
const { createRequire } = require('module');
const fs = require('fs');
const path = require('path');

const [folder, dir, out] = process.argv.slice(2);
const { BundleBuilder } = createRequire(folder + '/package.json')('wbn');
const builder = new BundleBuilder();

function add(at, url) {
  for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
    const inner = path.join(at, entry.name);
    if (entry.isDirectory()) add(inner, url + entry.name + '/');
    else
      builder.addExchange(url + entry.name, 200, { 'Content-Type': 'text/html' },
        fs.readFileSync(inner));
  }
}

add(dir, 'https://publisher.test/');
fs.writeFileSync(out, builder.createBundle());
