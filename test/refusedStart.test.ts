import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const PARTS = ['cli', 'clients', 'gateway', 'kernel', 'schema', 'subgraphs', 'codegen.yml', 'package.json'];
const SCHEMA = 'subgraphs/licence/schema.graphql';
const LABELLED = 'name: String! @label(sensitivity: 3, category: "licence")';

/** No subgraph is in the gateway's process, so nothing else has to start. */
const ELSEWHERE = Object.fromEntries(
  readdirSync(join(ROOT, 'subgraphs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [`SUBGRAPH_${name.toUpperCase()}_URL`, 'http://127.0.0.1:9/graphql']),
);

/** The project once more, where a file can be changed. */
let copy: string;
let good: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'refused-'));
  for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  good = readFileSync(join(copy, SCHEMA), 'utf8');
});
afterAll(() => rmSync(copy, { recursive: true }));

/** Runs an entry of the copy until it says that all is well, or ends. */
async function run(entry: string, well: string): Promise<{ isWell: boolean; code: number | null; said: string }> {
  const child = spawn(process.execPath, [entry], {
    cwd: copy,
    env: { PATH: process.env['PATH'], PORT: '0', ...ELSEWHERE },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // so that what it has started ends with it
  });
  let [said, isWell] = ['', false];
  const listen = (part: string): void => {
    said += part;
    if (isWell || !said.includes(well) || child.pid === undefined) return;
    isWell = true;
    process.kill(-child.pid, 'SIGKILL');
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  const [code] = (await once(child, 'close')) as [number | null];
  return { isWell, code, said };
}

test.each([
  { entry: 'cli/generate.ts', well: 'schema/supergraph.graphql' },
  { entry: 'cli/check.ts', well: '✔ schema rules' },
  { entry: 'gateway/main.ts', well: 'http://127.0.0.1:' },
])(
  '$entry refuses a personal field that has lost its label, and says where',
  async ({ entry, well }) => {
    expect(await run(entry, well)).toMatchObject({ isWell: true });
    writeFileSync(join(copy, SCHEMA), good.replace(LABELLED, 'name: String!'));
    try {
      const line = good.slice(0, good.indexOf(LABELLED)).split('\n').length;
      const { isWell, code, said } = await run(entry, well);
      expect(said).toContain(`${SCHEMA}:${line}: Licence.name is a leaf without @label.`);
      expect({ isWell, code }).toEqual({ isWell: false, code: 1 });
    } finally {
      writeFileSync(join(copy, SCHEMA), good);
    }
  },
  120_000,
);
