import type { IncomingMessage, ServerResponse } from 'node:http';

/** Serves what lies at some path. @returns false when the request's is another. */
export type Path = (url: URL, incoming: IncomingMessage, response: ServerResponse) => Promise<boolean>;
