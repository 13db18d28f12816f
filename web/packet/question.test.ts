import { describe, expect, it } from 'vitest';
import type { PacketForm } from './form.ts';
import { readPorts, readQuestion } from './question.ts';

const FACTS = { interfaces: ['wg0', 'cali*'], addresses: [] };

describe('questions about packets', () => {
  it.each<[string, PacketForm, object]>([
    [
      'nothing said: new packets that come in',
      {},
      { origin: 'received', state: 'new', src: null, addressed: null, family: null },
    ],
    [
      'to a port of the node',
      { path: 'input', proto: 'tcp', dport: '22' },
      { addressed: 'node', protocol: 6, dport: [22, 22] },
    ],
    ['from a prefix with host bits', { src: '10.8.0.9/24' }, { src: '10.8.0.0/24', family: 'ip' }],
    ['to an address', { dst: '2001:db8::1' }, { dst: '2001:db8::1/128', family: 'ip6' }],
    ['what the node sends: no incoming interface', { path: 'output', iif: 'eth0' }, { origin: 'sent', iif: null }],
    ['packets of any connection', { ctstate: 'any' }, { state: null }],
    ['a protocol of one family', { proto: 'icmpv6' }, { family: 'ip6', protocol: 58 }],
  ])('%s', (_, form, expected) => {
    const { question, notes } = readQuestion(form, FACTS);
    expect(notes.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(question).toMatchObject(expected);
  });

  it.each<[PacketForm, string]>([
    [{ src: '10.0.0' }, 'src'],
    [{ src: '10.0.0.1', dst: '::1' }, 'dst'],
    [{ proto: 'icmp', dport: '22' }, 'dport'],
    [{ dport: '80-70' }, 'dport'],
    [{ proto: 'tpc' }, 'proto'],
    [{ proto: 'icmpv6', src: '10.0.0.1' }, 'src'],
    [{ iif: 'cali+' }, 'iif'],
    [{ ctstate: 'fresh' }, 'ctstate'],
  ])('%j is wrong at %s', (form, field) => {
    const { question, notes } = readQuestion(form, FACTS);
    expect(question).toBeNull();
    expect(notes.map((note) => note.field)).toEqual([field]);
  });

  it('notes interfaces that no rule names', () => {
    expect(readQuestion({ iif: 'eth7' }, FACTS).notes).toMatchObject([{ severity: 'note', field: 'iif' }]);
    expect(readQuestion({ iif: 'cali77', oif: 'wg0' }, FACTS).notes).toEqual([]);
  });
});

describe('ports', () => {
  it.each([
    ['22', [22, 22]],
    ['https', [443, 443]],
    ['8000:8080', [8000, 8080]],
    ['http-https', [80, 443]],
    ['', null],
    ['1-', null],
    ['70000', null],
  ])('%j', (text, expected) => {
    expect(readPorts(text)).toEqual(expected);
  });
});
