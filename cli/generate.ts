import '../kernel/runtime.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { composedSchemas, generatedTypes, type GeneratedFile } from './generated.ts';

// npm run generate: first the schemas, then the types that are made from them.

function write(files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    console.log(path);
  }
}

write(await composedSchemas());
write(await generatedTypes());
