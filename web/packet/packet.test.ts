import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipv4 } from '../base/ip.ts';
import { type CheckFacts, checkForm, hasErrors, NO_FACTS } from './check.ts';
import { applies, effective, familyOf, PACKET_FIELDS, type PacketForm, tidyForm, withField } from './form.ts';
import { packetLine } from './line.ts';
import { nearest } from './nearest.ts';
import { flagsText, packetJson, readFlags, readMark, readPort } from './read.ts';

const V4: PacketForm = { src: '10.0.0.1', dst: '10.0.1.1', dport: '80' };
const V6: PacketForm = { src: 'fd00::1', dst: 'fd00::2', dport: '80' };
const FACTS: CheckFacts = {
  interfaces: ['eth0', 'cali1e1dd61dd52', 'cali*', 'docker0'],
  addresses: [ipv4(0xc0a83815)],
};

/** `field: severity`, of what is said. */
function said(form: PacketForm, facts: CheckFacts = NO_FACTS): string[] {
  return checkForm(form, facts).map(({ field, severity }) => `${field}: ${severity}`);
}

describe('what is wrong with a packet is said at the field', () => {
  test('nothing is wrong with a plain packet of either family', () => {
    expect(said(V4)).toEqual([]);
    expect(said(V6)).toEqual([]);
  });

  test.each<[string, PacketForm, readonly string[]]>([
    ['no addresses', {}, ['src: error', 'dst: error']],
    ['IPv6 in IPv4', { ...V4, family: '4', dst: 'fd00::2' }, ['dst: error']],
    ['a prefix', { ...V4, src: '10.0.0.0/8' }, ['src: error']],
    ['a name that is no Service', { ...V4, dst: 'shop/cart' }, ['dst: error']],
    ['address and port in one', { ...V4, dst: '10.0.0.1:80' }, ['dst: error']],
    ['a zone', { ...V6, src: 'fe80::1%eth0' }, ['src: error']],
    ['a port on ICMP', { ...V4, proto: 'icmp' }, ['dport: error']],
    ['a type on TCP', { ...V4, icmpType: '8' }, ['icmpType: error']],
    ['flags on UDP', { ...V4, proto: 'udp', tcpFlags: 'syn' }, ['tcpFlags: error']],
    ['ICMPv6 in IPv4', { src: '10.0.0.1', dst: '10.0.0.2', proto: 'icmpv6' }, ['proto: error']],
    ['ICMP in IPv6', { src: 'fd00::1', dst: 'fd00::2', proto: 'icmp' }, ['proto: error']],
    ['no protocol', { ...V4, proto: 'tpc' }, ['proto: error']],
    ['protocol 256', { ...V4, proto: '256', dport: '' }, ['proto: error']],
    ['port 65536', { ...V4, dport: '65536' }, ['dport: error']],
    ['two ports', { ...V4, dport: '80-90' }, ['dport: error']],
    ['a mark of 33 bits', { ...V4, mark: '0x100000000' }, ['mark: error']],
    ['a negative mark', { ...V4, mark: '-1' }, ['mark: error']],
    ['a pattern for an interface', { ...V4, iif: 'cali*' }, ['iif: error']],
    ['a long interface', { ...V4, iif: 'abcdefghijklmnop' }, ['iif: error']],
    ['in of a packet from the node', { ...V4, path: 'output', iif: 'eth0' }, ['iif: error']],
    ['out of a packet to the node: it may be translated', { ...V4, path: 'input', oif: 'eth0' }, []],
    ['a user of somebody else’s packet', { ...V4, uid: '0' }, ['uid: error']],
    ['an unknown state', { ...V4, ctstate: 'NEW' }, ['ctstate: error']],
    ['a short packet', { ...V4, length: '30' }, ['length: error']],
    ['unknown flags', { ...V4, tcpFlags: 'syn,foo' }, ['tcpFlags: error']],
    ['no first packet of a connection', { ...V4, tcpFlags: 'syn,ack' }, ['tcpFlags: note']],
    ['not long enough to be forwarded', { ...V4, ttl: '1' }, ['ttl: note']],
    ['loopback from outside', { ...V4, src: '127.0.0.1' }, ['src: note']],
  ])('%s', (_, form, expected) => {
    expect(said(form)).toEqual(expected);
  });

  test('an interface that no rule names is a note with the nearest names; one that a pattern covers is fine', () => {
    expect(checkForm({ ...V4, iif: 'eht0' }, FACTS)[0]).toMatchObject({
      severity: 'note',
      message: 'No rule of the dump names eht0. Near: eth0.',
    });
    expect(said({ ...V4, iif: 'cali99' }, FACTS)).toEqual([]);
    expect(said({ ...V4, iif: 'eth7' })).toEqual([]);
  });

  test('the node’s own addresses fit the path', () => {
    expect(said({ ...V4, dst: '192.168.56.21' }, FACTS)).toEqual(['dst: note']);
    expect(said({ ...V4, path: 'input', dst: '192.168.56.21' }, FACTS)).toEqual([]);
    expect(said({ ...V4, path: 'input' }, FACTS)).toEqual(['dst: note']);
    expect(said({ ...V4, path: 'output' }, FACTS)).toEqual(['src: note']);
  });

  test('a fix mends the field that it stands at', () => {
    for (const form of [
      { ...V4, family: '4', src: 'fd00::1', dst: 'fd00::2' },
      { ...V4, proto: 'icmp' },
      { src: '10.0.0.1', dst: '10.0.0.2', proto: 'icmpv6' },
    ]) {
      const [first] = checkForm(form);
      expect(first?.fix).toBeDefined();
      expect(checkForm(first?.fix?.form ?? form).filter(({ field }) => field === first?.field)).toEqual([]);
    }
  });
});

describe('defaults', () => {
  test('follow protocol, family and state', () => {
    expect(effective(V4, 'tcpFlags')).toBe('syn');
    expect(effective({ ...V4, ctstate: 'established' }, 'tcpFlags')).toBe('ack');
    expect(effective({ ...V4, proto: 'icmp' }, 'icmpType')).toBe('echo-request');
    expect(familyOf(V6)).toBe(6);
    expect(familyOf({ ...V6, family: '4' })).toBe(4);
  });

  test('a tidy form keeps what was said and means the same', () => {
    expect(tidyForm({ ...V4, proto: 'tcp', sport: '40000', mark: '', ttl: ' 64 ', iif: ' eth0 ' })).toEqual({
      ...V4,
      iif: 'eth0',
    });
    const forms = fc.record(
      Object.fromEntries(PACKET_FIELDS.map((field) => [field, fc.constantFrom('', 'tcp', '6', '10.0.0.1', 'new')])),
    );
    fc.assert(
      fc.property(forms, (form) => {
        const tidy = tidyForm(form);
        for (const field of PACKET_FIELDS) expect(effective(tidy, field)).toBe(effective(form, field));
        expect(tidyForm(tidy)).toEqual(tidy);
      }),
    );
  });

  test('clearing a field takes it away', () => {
    expect(withField(V4, 'dport', '')).toEqual({ src: '10.0.0.1', dst: '10.0.1.1' });
  });
});

describe('values', () => {
  test('marks, ports, flags', () => {
    expect([readMark('0xFFFFFFFF'), readMark('16384'), readMark('0x')]).toEqual([0xffffffff, 16_384, null]);
    expect([readPort('https'), readPort('0'), readPort('-1')]).toEqual([443, 0, null]);
    expect([readFlags('SYN, ACK'), readFlags('none'), readFlags('ece')]).toEqual([18, 0, 64]);
    fc.assert(fc.property(fc.integer({ min: 0, max: 255 }), (flags) => readFlags(flagsText(flags)) === flags));
  });

  test('the command line’s packet', () => {
    expect(packetJson({ ...V4, iif: 'eth0', mark: '0x10' })).toEqual({
      ...{ family: 4, path: 'forward', proto: 'tcp', src: '10.0.0.1', sport: 40_000, dst: '10.0.1.1', dport: 80 },
      ...{ tcpFlags: 'syn', iif: 'eth0', mark: 16, ctstate: 'new', ttl: 64 },
    });
    expect(packetJson({ src: 'fd00::1', dst: 'fd00::2', proto: 'icmpv6', path: 'output', uid: '1000' })).toEqual({
      ...{ family: 6, path: 'output', proto: 'icmpv6', src: 'fd00::1', dst: 'fd00::2', icmpType: 128, icmpCode: 0 },
      ...{ uid: 1000, ctstate: 'new', ttl: 64 },
    });
  });

  test('a form without errors gives every field that applies', () => {
    const port = fc.integer({ min: 0, max: 65_535 }).map(String);
    const forms = fc.record({
      src: fc.ipV4(),
      dst: fc.ipV4(),
      proto: fc.constantFrom('tcp', 'udp', 'sctp'),
      sport: port,
      dport: port,
      mark: fc.integer({ min: 1, max: 0xffffffff }).map((mark) => `0x${mark.toString(16)}`),
    });
    fc.assert(
      fc.property(forms, (form) => {
        expect(hasErrors(checkForm(form))).toBe(false);
        const json = packetJson(form);
        expect(json).toMatchObject({ sport: Number(form.sport), dport: Number(form.dport), mark: Number(form.mark) });
      }),
    );
  });
});

test('one line', () => {
  expect(packetLine({ ...V4, iif: 'eth0', path: 'input' })).toBe(
    'TCP 10.0.0.1:40000 → 10.0.1.1:80 SYN, ct new in eth0',
  );
  expect(packetLine({ proto: 'icmpv6', src: 'fd00::1', dst: 'fd00::2', oif: 'eth1' })).toBe(
    'ICMPv6 fd00::1 → fd00::2 echo-request, ct new out eth1',
  );
  expect(packetLine({ ...V6, proto: 'udp' })).toBe('UDP [fd00::1]:40000 → [fd00::2]:80 ct new');
  expect(packetLine({})).toContain('?');
});

test('near names', () => {
  expect(nearest('eht0', ['eth0', 'eth1', 'docker0'])).toEqual(['eth0']);
  expect(nearest('cali1e1', ['cali1e1dd61dd52', 'cali2d56645d100'])).toEqual(['cali1e1dd61dd52']);
  expect(nearest('zzz', ['eth0'])).toEqual([]);
});

test('every field applies to some packet', () => {
  const forms: PacketForm[] = [V4, { ...V4, proto: 'icmp' }, { ...V4, path: 'output' }];
  for (const field of PACKET_FIELDS) expect(forms.some((form) => applies(field, form))).toBe(true);
});
