import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { DatabaseLogin } from './database.ts';

const ENCRYPTION_REQUESTS = [80_877_103, 80_877_104]; // SSL, GSS
const ASK_FOR_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]); // AuthenticationCleartextPassword

/**
 * Asks for user, database and password as the PostgreSQL protocol does, before a connection reaches a server that would let
 * everybody in.
 *
 * @returns The port on 127.0.0.1 that asks.
 * @see PostgreSQL documentation, "Message Formats": StartupMessage, PasswordMessage, ErrorResponse
 */
export async function listenBehindPassword(login: DatabaseLogin, serverPort: number): Promise<number> {
  const gate = createServer((client) => {
    client.on('error', () => client.destroy());
    admit(client, login, serverPort).catch(() => client.destroy());
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  return (gate.address() as AddressInfo).port; // listening on TCP, so never a pipe name
}

async function admit(client: Socket, login: DatabaseLogin, serverPort: number): Promise<void> {
  const startup = await startupMessage(client);
  client.write(ASK_FOR_PASSWORD);
  const [type] = await read(client, 1);
  const password = (await lengthAndBody(client)).subarray(4, -1).toString();
  const claimed = parametersOf(startup);
  if (type !== 0x70 || claimed.get('user') !== login.user || password !== login.password) {
    return void client.end(fatal('28P01', 'password authentication failed'));
  }
  if (claimed.get('database') !== login.database) return void client.end(fatal('3D000', 'the database does not exist'));
  const server = connect(serverPort, '127.0.0.1', () => {
    server.write(startup);
    client.pipe(server).pipe(client);
  });
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
}

/** The first message, which has no type byte; offers of encryption before it are declined. */
async function startupMessage(client: Socket): Promise<Buffer> {
  for (;;) {
    const message = await lengthAndBody(client);
    if (!ENCRYPTION_REQUESTS.includes(message.readInt32BE(4))) return message;
    client.write('N');
  }
}

async function lengthAndBody(client: Socket): Promise<Buffer> {
  const length = await read(client, 4);
  return Buffer.concat([length, await read(client, length.readInt32BE() - 4)]);
}

async function read(client: Socket, sizeBytes: number): Promise<Buffer> {
  for (;;) {
    const bytes = client.read(sizeBytes) as Buffer | null; // no encoding is set
    if (bytes) return bytes;
    await once(client, 'readable');
  }
}

/** `user`, `database` and others, as names and values that each end with a zero byte. */
function parametersOf(startup: Buffer): ReadonlyMap<string, string> {
  const texts = startup.subarray(8).toString().split('\0');
  return new Map(texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1] ?? '']] : [])));
}

function fatal(sqlState: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
