import { describe, expect, test } from '@jest/globals';
import { openFiscalAnswer, sealFiscalAnswer } from './fiscalAnswer.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const layer = (inner: string): string => JSON.stringify({ data: base64(inner) });

describe('an answer of the electronic bill platform', () => {
  test.each([
    { result: 'S0000', message: '{"billNo":"0001","payer":"张三"}' },
    { result: 'E0001', message: '参数错误' },
    { result: 'E9999', message: '' },
  ])('$result comes back through both layers', (answer) => expect(openFiscalAnswer(sealFiscalAnswer(answer))).toEqual(answer));

  test('is opened as the platform writes it', () => {
    const body = '{"data":"eyJyZXN1bHQiOiJTMDAwMCIsIm1lc3NhZ2UiOiJleUppYVd4c1RtOGlPaUl3TURBeEluMD0ifQ=="}';
    expect(openFiscalAnswer(body)).toEqual({ result: 'S0000', message: '{"billNo":"0001"}' });
  });

  test('may have line breaks in its Base64', () => {
    const sealed = JSON.stringify({ data: base64('{"result":"S0000","message":"e30="}').replace(/(.{20})/g, '$1\r\n') });
    expect(sealed).toContain('\\r\\n');
    expect(openFiscalAnswer(sealed)).toEqual({ result: 'S0000', message: '{}' });
  });

  test.each([
    { what: 'no JSON', body: '<html>' },
    { what: 'no data', body: '{}' },
    { what: 'an empty data', body: '{"data":""}' },
    { what: 'data that is no Base64', body: '{"data":"*"}' },
    { what: 'an inner layer that is no JSON', body: layer('S0000') },
    { what: 'an inner layer without a result', body: layer('{"message":"e30="}') },
    { what: 'an inner layer without a message', body: layer('{"result":"S0000"}') },
    { what: 'a message that is no Base64', body: layer('{"result":"S0000","message":"{}"}') },
    { what: 'a message that is not UTF-8', body: layer('{"result":"S0000","message":"/w=="}') },
  ])('with $what is null', ({ body }) => expect(openFiscalAnswer(body)).toBeNull());
});
