import '../kernel/runtime.ts';
import { rmSync } from 'node:fs';
import { changedDisclosures, disclosureLabels, labelFiles, staleLabelFiles } from './disclosures.ts';
import { composedSchemas, generatedTypes, write } from './generated.ts';

// npm run generate: first the schemas, then the types that are made from them, then the labels of the operations; it says what they
// disclose otherwise than before, since afterwards `npm run check` has nothing to compare them with.
const schemas = await composedSchemas().catch((thrown: unknown) => {
  console.error(Error.isError(thrown) ? thrown.message : String(thrown));
  process.exit(1);
});
write(schemas);
const types = await generatedTypes();
write(types);
const disclosures = await disclosureLabels();
const labels = await labelFiles(disclosures);
const changed = changedDisclosures(disclosures);
write(labels);
for (const path of staleLabelFiles(disclosures)) rmSync(path);
for (const { path } of [...schemas, ...types, ...labels]) console.log(path);
for (const sentence of changed) console.log(sentence);
