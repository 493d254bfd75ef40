import '../kernel/runtime.ts';
import { composedSchemas, generatedTypes, write } from './generated.ts';

// npm run generate: first the schemas, then the types that are made from them.
const schemas = await composedSchemas();
write(schemas);
const types = await generatedTypes();
write(types);
for (const { path } of [...schemas, ...types]) console.log(path);
