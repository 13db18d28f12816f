import { expect, test } from 'vitest';
import { readAddress } from './page-address.ts';

test.each([
  ['https://tools.example.org/nfscope/', 'https://tools.example.org/nfscope/'],
  ['  http://localhost:8080 ', 'http://localhost:8080/'],
  ['https://example.org/nfscope/?embed#v2.nf.AA', 'https://example.org/nfscope/'],
  ['', null],
  ['https://', null],
  ['example.org', null],
  ['file:///tmp/node.html', null],
  ['javascript:alert(1)', null],
  ['https://name:word@example.org/', null],
  ['https://exa mple.org/', null],
])('%s', (text, address) => {
  expect(readAddress(text)).toBe(address);
});
