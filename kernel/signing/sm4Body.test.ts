import { expect, test } from '@jest/globals';
import { openSm4Text, sealSm4Text } from './sm4Body.ts';

const agreement = {
  key: Buffer.from('0123456789abcdeffedcba9876543210', 'hex'),
  iv: Buffer.from('0123456789abcdeffedcba9876543210', 'hex'),
};

test('a sealed text is SM4-CBC with PKCS#7 padding in Base64, as another implementation makes it', () => {
  const text = '<APPROVEDATAINFO>申办</APPROVEDATAINFO>';
  const sealed = '72ZUUhHCskLiGU/LfsMMAdTi9cz5xrQ81gZEkmYshALiABb4RQsC8jIPPwIiOLPT';
  expect(sealSm4Text(text, agreement)).toBe(sealed);
  expect(openSm4Text(sealed, agreement)).toBe(text);
});

test.each([
  { what: 'no Base64', sealed: '申办' },
  { what: 'nothing', sealed: '' },
  { what: 'half a block', sealed: 'AAAAAAAAAAA=' },
])('$what does not open', ({ sealed }) => expect(openSm4Text(sealed, agreement)).toBeNull());
