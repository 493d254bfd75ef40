/** One message of a body of server-sent events. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** A message is longer than the reader takes. */
export class EventTooLarge extends Error {}

/**
 * The messages of a body of server-sent events; comments, by which servers keep a connection open, are none.
 *
 * @param maxLength Characters of one message. @throws EventTooLarge beyond it.
 * @see HTML, "Server-sent events"; lines end in LF or CRLF, as those of every server met so far
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>, maxLength: number): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.length > maxLength) throw new EventTooLarge();
      const message = readMessage(block);
      if (message) yield message;
    }
    if (rest.length > maxLength) throw new EventTooLarge();
  }
}

function readMessage(block: string): ServerSentEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return data.length > 0 || event !== 'message' ? { event, data: data.join('\n') } : null;
}
