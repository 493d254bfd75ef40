import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createLog, scrub } from './log.ts';

describe('the scrubber', () => {
  test.each([
    { what: 'an identity number', line: '{"x":"440524188001010014"}', gone: '440524188001010014' },
    { what: 'an identity number with X', line: 'holder 11010519491231002X,', gone: '11010519491231002X' },
    { what: 'an old identity number', line: '"440524800101001"', gone: '440524800101001' },
    { what: 'a mobile number', line: 'call 13800138000 now', gone: '13800138000' },
    { what: 'a token', line: 'Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln', gone: 'eyJzdWIiOiJhIn0' },
    { what: 'a token in an address', line: '/license/auth?access_token=4f1c9-aa&page=1', gone: '4f1c9-aa' },
    { what: 'a secret in JSON', line: '{"app_secret":"hunter2"}', gone: 'hunter2' },
  ])('removes $what', ({ line, gone }) => {
    expect(scrub(line)).not.toContain(gone);
  });

  test.each(['44140224000000000017', '441402004003', '{"ms":1704067200000}', '11441402X00000019B'])(
    'keeps %s, which names nobody',
    (line) => {
      expect(scrub(line)).toBe(line);
    },
  );

  test('works on the final line of the log, whatever the field', () => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    createLog({ level: 'info', destination }).info({ event: 'x', deep: { anything: '440524188001010014' } });
    expect(lines.join('')).toContain('"event":"x"');
    expect(lines.join('')).not.toContain('440524188001010014');
  });
});
