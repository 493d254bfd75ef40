import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { SandboxListener } from '../../kernel/sandbox/system.ts';

/**
 * A database that is asked each question once and gives the same bytes to every repeat. The simulated front-end database runs in
 * WebAssembly on one thread and takes 10 to 40 ms for a statement: with 32 askers it alone would be measured.
 *
 * What a client sends up to a `Sync` is one question, and so are its start-up message and its password.
 *
 * @see PostgreSQL documentation, "Message Flow"
 */
export const rememberedDatabase = (database: SandboxListener): SandboxListener => ({
  ...database,
  listen: async () => {
    const inner = await database.listen();
    const answers = new Map<string, Promise<Buffer>>();
    let last: Promise<unknown> = Promise.resolve();
    const askInTurn = (greeting: readonly Buffer[], question: Buffer): Promise<Buffer> => {
      const answer = last.then(() => ask(inner.port, greeting, question));
      last = answer.catch(() => {});
      return answer;
    };
    const server = createServer((client) => {
      void serve(client, (greeting, question) => {
        const key = question.toString('latin1');
        const known = answers.get(key);
        if (known) return known;
        const answer = askInTurn(greeting, question);
        answers.set(key, answer);
        return answer;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // listening on TCP, so never a pipe name
    return {
      port,
      close: async () => {
        server.close();
        await inner.close();
      },
    };
  },
});

type Answer = (greeting: readonly Buffer[], question: Buffer) => Promise<Buffer>;

async function serve(client: Socket, answer: Answer): Promise<void> {
  const greeting: Buffer[] = [];
  client.on('error', () => client.destroy());
  try {
    for await (const question of questions(client)) {
      if (question[0] === TERMINATE && greeting.length === GREETINGS) break;
      client.write(await answer(greeting.slice(), question));
      if (greeting.length < GREETINGS) greeting.push(question);
    }
  } catch {
    // the client left in the middle of something
  }
  client.destroy();
}

const [SYNC, TERMINATE, AUTHENTICATION, READY] = [...'SXRZ'].map((letter) => letter.charCodeAt(0));
/** The start-up message and the password. */
const GREETINGS = 2;

async function* questions(client: Socket): AsyncGenerator<Buffer> {
  let heard = Buffer.alloc(0);
  let from = 0;
  let count = 0;
  for await (const chunk of client as AsyncIterable<Buffer>) {
    heard = Buffer.concat([heard, chunk]);
    for (;;) {
      const typeBytes = count === 0 ? 0 : 1; // only the first message has no type
      if (heard.length < from + typeBytes + 4) break;
      const end = from + typeBytes + heard.readInt32BE(from + typeBytes);
      if (heard.length < end) break;
      const type = heard[from];
      from = end;
      if (count >= GREETINGS && type !== SYNC && type !== TERMINATE) continue;
      yield heard.subarray(0, end);
      count += 1;
      heard = heard.subarray(end);
      from = 0;
    }
  }
}

/** Asks on a connection of its own, after the greetings of whoever wants to know. */
async function ask(port: number, greeting: readonly Buffer[], question: Buffer): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (const [index, part] of greeting.entries()) {
      socket.write(part);
      await reply(chunks, index === 0 ? AUTHENTICATION : READY);
    }
    socket.write(question);
    return await reply(chunks, greeting.length === 0 ? AUTHENTICATION : READY);
  } finally {
    socket.destroy();
  }
}

/** What the server says up to a message of that type. */
async function reply(chunks: AsyncIterator<Buffer>, last: number | undefined): Promise<Buffer> {
  let heard = Buffer.alloc(0);
  for (let from = 0; ;) {
    if (heard.length >= from + 5) {
      const end = from + 1 + heard.readInt32BE(from + 1);
      if (heard.length >= end) {
        if (heard[from] === last) return heard.subarray(0, end);
        from = end;
        continue;
      }
    }
    const { value, done } = await chunks.next();
    if (done) throw new Error('The database ended the connection.');
    heard = Buffer.concat([heard, value]);
  }
}
