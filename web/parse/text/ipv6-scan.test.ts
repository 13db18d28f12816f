import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv6, parseIpv6 } from '../../base/address.ts';
import { codesOf } from './codes.ts';
import { Ipv6Reader } from './ipv6-scan.ts';

const reader = new Ipv6Reader();

function expectSame(text: string): void {
  const read = reader.read(codesOf(text), 0, text.length);
  const address = parseIpv6(text);
  if (text.includes('.')) expect(read).toBe(false);
  else expect(read ? reader.address : null).toBe(address);
  if (read && address !== null) expect(reader.isUsual).toBe(formatIpv6(address) === text);
}

describe('Ipv6Reader', () => {
  it.each([
    '::',
    '::1',
    '1::',
    'fe80::1:0:0:1',
    '1:0:0:2::3',
    '1:0:2:3:4:5:6:7',
    '1::2:3:4:5:6:7',
    '1:2:3:4:5:6:7::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8::',
    '0:0:0:0:0:0:0:0',
    '::ffff:102:304',
    '::ffff:1.2.3.4',
    '::fffe:102:304',
    'FE80::1',
    '01::',
    '12345::',
    ':',
    ':1',
    '1:',
    '1:::2',
    '1::2::3',
    '',
    'g::',
  ])('reads %j as parseIpv6 does', expectSame);

  it('reads any address and near-address as parseIpv6 does', () => {
    const group = fc.constantFrom('0', '0', '0', '1', 'a', 'ffff', '00', 'F', '12345', '1.2.3.4', '');
    const text = fc.array(fc.tuple(group, fc.constantFrom(':', ':', ':', '::')), { maxLength: 10 });
    fc.assert(
      fc.property(text, fc.boolean(), (parts, cut) => {
        const all = parts.flat().join('');
        expectSame(cut ? all.slice(0, -1) : all);
      }),
      { numRuns: 20_000 },
    );
  });
});
