// Checks a bundle with the validator of the npm package ro-crate; prints what it finds, one line each. Exit 1 if there is an error.
const fs = require('fs');
const path = require('path');

// The tests have no network. The context of RO-Crate comes with the package; that of the workflow profiles is not looked into by this validator.
const context = require('ro-crate/lib/context.json');
const contexts = {
  'https://w3id.org/ro/crate/1.1/context': context,
  'https://w3id.org/ro/terms/workflow-run/context': { '@context': {} },
};
globalThis.fetch = async url => contexts[url]
  ? { ok: true, json: async () => contexts[url], text: async () => JSON.stringify(contexts[url]) }
  : { ok: false, statusText: `the crate refers to ${url}` };

const { Validator } = require('ro-crate/lib/validator.js');

async function main(folder) {
  const json = JSON.parse(fs.readFileSync(path.join(folder, 'ro-crate-metadata.json'), 'utf8'));
  const checker = new Validator();
  checker.parseJSON(json);
  if (!checker.crate) {
    return checker.results;
  }

  await checker.crate.resolveContext();
  await checker.validate();
  const files = fs.readdirSync(folder, { recursive: true })
    .filter(name => !fs.statSync(path.join(folder, name)).isDirectory())
    .map(name => [name, { exists: true, inCrate: false, isDir: false }]);
  checker.checkFiles(Object.fromEntries(files));
  return checker.results;
}

main(process.argv[2]).then(results => {
  const told = results.filter(r => r.status !== 'success');
  for (const { status, id, entity, message } of told) {
    console.log([status, id, entity, message].filter(Boolean).join(': '));
  }

  console.log(`${results.length - told.length} rules kept`);
  process.exit(told.some(r => r.status === 'error') ? 1 : 0);
});
