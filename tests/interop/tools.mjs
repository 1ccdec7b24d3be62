// tools.mjs - what the published packages wbn and wbn-sign make of a file
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// read FILE: what wbn reads, as JSON. rebuild FILE OUT: the same responses, written by wbn.
// build SPEC OUT: responses of a JSON file, written by wbn. check FILE: the signatures of an
// integrity block, verified by wbn-sign's own code; prints the web bundle ID.
import crypto from 'crypto';
import fs from 'fs';
import * as cborg from 'cborg';
import * as wbn from 'wbn';
import * as wbnSign from 'wbn-sign';

const SPKI = {
  ed25519PublicKey: '302a300506032b6570032100',
  ecdsaP256SHA256PublicKey: '3039301306072a8648ce3d020106082a8648ce3d030107032200',
};

function read(file) {
  const bundle = new wbn.Bundle(fs.readFileSync(file));
  // the offset is the last but one, whatever the version
  const offset = (url) => bundle.indexSection.get(url).at(-2);
  const urls = bundle.urls.sort((a, b) => offset(a) - offset(b));
  return {
    version: bundle.version,
    primary: bundle.primaryURL,
    manifest: bundle.manifestURL,
    responses: urls.map((url) => {
      const { status, headers, body } = bundle.getResponse(url);
      return { url, status, headers, body: Buffer.from(body).toString('base64') };
    }),
  };
}

function build(spec, out) {
  const builder = new wbn.BundleBuilder(spec.version);
  if (spec.primary) builder.setPrimaryURL(spec.primary);
  if (spec.manifest) builder.setManifestURL(spec.manifest);
  for (const { url, status, headers, body } of spec.responses)
    builder.addExchange(url, status, headers, new Uint8Array(Buffer.from(body, 'base64')));
  fs.writeFileSync(out, builder.createBundle());
}

function check(file) {
  const bytes = fs.readFileSync(file);
  const start = bytes.length - Number(bytes.readBigUInt64BE(bytes.length - 8));
  const [, , attributes, signatures] = cborg.decode(bytes.subarray(0, start), { useMaps: true });
  const id = attributes.get('webBundleId');
  const block = new wbnSign.IntegrityBlock();
  block.setWebBundleId(id);
  const signer = new wbnSign.IntegrityBlockSigner(bytes.subarray(start), id, []);
  const kinds = signatures.map(([about, signature]) => {
    const [[kind, raw]] = about.entries();
    const der = Buffer.concat([Buffer.from(SPKI[kind], 'hex'), raw]);
    const data = signer.generateDataToBeSigned(
      signer.calcWebBundleHash(), block.toCBOR(), cborg.encode(about));
    signer.verifySignature(
      data, signature, crypto.createPublicKey({ key: der, format: 'der', type: 'spki' }));
    return kind;
  });
  return { id, kinds };
}

const [command, file, out] = process.argv.slice(2);
if (command === 'read') console.log(JSON.stringify(read(file)));
else if (command === 'rebuild') build(read(file), out);
else if (command === 'build') build(JSON.parse(fs.readFileSync(file)), out);
else if (command === 'check') console.log(JSON.stringify(check(file)));
else process.exit(2);
