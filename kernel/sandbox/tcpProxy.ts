import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Fault } from './fault.ts';
import type { SandboxListener } from './system.ts';

interface Behaviour {
  readonly fault: () => Fault | null;
  readonly onCall: () => void;
}

/**
 * Stands in front of a server that is not HTTP and makes the faults that the wire can have. A connection that is already
 * open feels a new fault with its next bytes. Calls are counted by what `isCall` recognises in the caller's bytes.
 */
export async function serveListener(
  listener: SandboxListener,
  behaviour: Behaviour,
): Promise<{ origin: string; close(): Promise<void> }> {
  const inner = await listener.listen();
  const sockets = new Set<Socket>();
  const server = createServer((outside) => {
    const inside = connect(inner.port, '127.0.0.1');
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        outside.destroy();
        inside.destroy();
      });
    }
    outside.on('data', (bytes) => {
      if (isQuery(bytes)) behaviour.onCall();
      if (!interferes(behaviour.fault(), outside)) inside.write(bytes);
    });
    inside.on('data', (bytes) => void pass(behaviour.fault(), bytes, outside));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so never a pipe name
  return {
    origin: `${listener.protocol}//127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await inner.close();
    },
  };
}

/** A simple query (`Q`) or the parse step of an extended one (`P`) of the PostgreSQL protocol. */
const isQuery = (bytes: Buffer): boolean => bytes[0] === 0x51 || bytes[0] === 0x50;

/** Whether the caller's bytes end here. */
function interferes(fault: Fault | null, outside: Socket): boolean {
  switch (fault?.kind) {
    case 'silence':
      return true;
    case 'reset':
      outside.destroy();
      return true;
    case '429':
    case '503':
    case 'error-code':
      outside.end(errorResponse(fault.kind === '429' ? '53300' : '57P03', 'the database system is not available'));
      return true;
    case 'html':
      outside.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html></html>');
      return true;
    default:
      return false;
  }
}

async function pass(fault: Fault | null, bytes: Buffer, outside: Socket): Promise<void> {
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1_000));
  if (fault?.kind === 'truncate') return void outside.end(bytes.subarray(0, Math.floor(bytes.length / 2)));
  outside.write(bytes);
}

/** An `ErrorResponse` of the PostgreSQL protocol: severity, SQLSTATE, message. */
function errorResponse(sqlState: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
