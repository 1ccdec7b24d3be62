// bench-wbn.cjs - opens a bundle and finds each of its resources once
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// FOLDER FILE: folder in which wbn is installed, and the bundle. Prints the seconds of the best of
// five runs, because the compiler still works during the first ones.
const { createRequire } = require('module');
const fs = require('fs');

const [folder, file] = process.argv.slice(2);
const { Bundle } = createRequire(folder + '/package.json')('wbn');
const urls = new Bundle(fs.readFileSync(file)).urls;

function run() {
  const start = process.hrtime.bigint();
  const bundle = new Bundle(fs.readFileSync(file));
  let sum = 0;
  for (const url of urls) sum += bundle.getResponse(url).body.length;
  if (!(sum > 0)) throw new Error('nothing was found');
  return Number(process.hrtime.bigint() - start) / 1e9;
}

console.log(Math.min(...Array.from({ length: 5 }, run)));
