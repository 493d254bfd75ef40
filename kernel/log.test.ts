import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createLog, scrub } from './log.ts';
import { PEOPLE } from './sandbox/population/people.ts';

const PEOPLE_NAMES = Object.values(PEOPLE).map(({ name }) => name);

describe('the scrubber', () => {
  test.each([
    { what: 'an identity number', line: '{"x":"440524188001010014"}', gone: '440524188001010014' },
    { what: 'an identity number with X', line: 'holder 11010519491231002X,', gone: '11010519491231002X' },
    { what: 'an old identity number', line: '"440524800101001"', gone: '440524800101001' },
    { what: 'a mobile number', line: 'call 13800138000 now', gone: '13800138000' },
    { what: 'a token', line: 'Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln', gone: 'eyJzdWIiOiJhIn0' },
    { what: 'a token in an address', line: '/license/auth?access_token=4f1c9-aa&page=1', gone: '4f1c9-aa' },
    { what: 'a secret in JSON', line: '{"app_secret":"hunter2"}', gone: 'hunter2' },
    { what: 'a secret in JSON inside JSON', line: JSON.stringify({ cause: '{"password": "hunter2"}' }), gone: 'hunter2' },
    { what: 'a bearer of another form', line: '"cause":"authorization Bearer 5d41402a=="', gone: '5d41402a' },
    { what: 'a mobile number with its country', line: '+8613800138000', gone: '13800138000' },
    { what: 'a mobile number in groups', line: 'call 138-0013-8000', gone: '138-0013-8000' },
    { what: 'a telephone number', line: 'call 0753-2251234', gone: '2251234' },
    { what: 'a name in a field', line: '{"holder_name":"𠮷田"}', gone: '𠮷' },
    { what: 'a name in JSON inside JSON', line: JSON.stringify({ cause: '{"xm":"赵不识"}' }), gone: '赵' },
    { what: 'a name after a word', line: '"cause":"licence answered 1001: 持证人张三不存在"', gone: '张三' },
    { what: 'a name on its own', line: '"cause":"refused: 李小明, try again"', gone: '李小明' },
  ])('removes $what', ({ line, gone }) => {
    expect(scrub(line)).not.toContain(gone);
  });

  test.each(PEOPLE_NAMES)('removes the name %s of the simulated population', (name) => {
    for (const line of [
      `{"cause":"${name}"}`,
      `用户${name}无权`,
      `申请人：${name}，未通过`,
      JSON.stringify({ cause: { xm: name } }),
    ])
      expect(scrub(line)).not.toContain(name);
  });

  test.each([
    '44140224000000000017',
    '441402004003',
    '{"ms":1704067200000}',
    '11441402X00000019B',
    '{"request":"0f8fad5b-d135-4234-8567-a13800138000"}',
    '{"cause":"系统升级中，请稍后再试"}',
    '{"cause":"签名错误"}',
    '{"cause":"用户不存在"}',
  ])('keeps %s, which names nobody', (line) => {
    expect(scrub(line)).toBe(line);
  });

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
