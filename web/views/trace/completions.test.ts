import { describe, expect, test } from 'vitest';
import { sampleDocuments } from '../../../samples/summarise.ts';
import type { NodeFacts } from '../../facts/fact.ts';
import type { PacketField, PacketForm } from '../../packet/form.ts';
import { factsOf } from '../testing.ts';
import { completeField } from './completions.ts';

const facts: NodeFacts = factsOf(...sampleDocuments('calico-iptables-nft').map(({ text }) => text));
const labels = (field: PacketField, text: string, form: PacketForm = {}) =>
  completeField(facts, form, field, text, 6).map(({ label, detail }) => `${label} (${detail})`);

describe('completion', () => {
  test('a namespace proposes its Services, and choosing one brings port and protocol', () => {
    const found = completeField(facts, { src: '10.244.226.72', path: 'forward' }, 'dst', 'shop/ca', 6);
    expect(found[0]).toMatchObject({
      label: 'shop/cart:grpc',
      value: '10.104.9.120',
      detail: '10.104.9.120:7070 tcp',
      owner: 'kube-proxy-iptables',
      form: { src: '10.244.226.72', path: 'forward', dst: '10.104.9.120', dport: '7070', proto: 'tcp' },
    });
  });

  test('a name’s beginning goes before its middle', () => {
    const names = completeField(facts, {}, 'dst', 'kube', 20).map(({ label }) => label);
    expect(names[0]).toMatch(/^kube-system\//);
    expect(names).toContain('default/kubernetes:https');
    expect(names.indexOf('default/kubernetes:https')).toBeGreaterThan(
      names.findLastIndex((name) => name.startsWith('kube-')),
    );
  });

  test('a NodePort is found by name and number, with the node’s address', () => {
    const [first] = completeField(facts, {}, 'dst', 'NodePort 30080', 6);
    expect(first?.form).toMatchObject({ dst: '192.168.56.21', dport: '30080', path: 'input' });
  });

  test('ports of the destination, and of the node', () => {
    expect(labels('dport', '', { dst: '10.96.0.10' })).toEqual([
      '53 (kube-system/kube-dns:dns udp)',
      '9153 (kube-system/kube-dns:metrics tcp)',
    ]);
    expect(labels('dport', '31', { dst: '192.168.56.21', path: 'input' })[0]).toBe(
      '31080 (ingress-nginx/ingress-nginx-controller:http tcp, NodePort)',
    );
  });

  test('a pod as source brings its interface', () => {
    const [pod] = completeField(facts, {}, 'src', 'shop/payments', 6);
    expect(pod?.form).toEqual({ src: '10.244.226.74', iif: 'cali71ff831e812' });
  });

  test('interfaces by name, namespace, and role', () => {
    expect(labels('iif', 'shop, account redis')).toEqual(['calif961a1527a5 (pod of shop, account redis)']);
    expect(labels('oif', 'vx')).toEqual(['vxlan.calico (tunnel)']);
  });

  test('constants', () => {
    expect(labels('proto', 'ic')).toEqual(['icmp (1)', 'icmpv6 (58)']);
    expect(labels('icmpType', 'nd-n', { proto: 'icmpv6' })).toEqual([
      'nd-neighbor-solicit (135)',
      'nd-neighbor-advert (136)',
      'ind-neighbor-solicit (141)',
      'ind-neighbor-advert (142)',
    ]);
    expect(labels('mark', '0x')).toEqual([]);
  });

  test('a family that was chosen is kept', () => {
    expect(labels('dst', 'shop/', { family: '6' })).toEqual([]);
  });

  test('never more than asked for', () => {
    expect(completeField(facts, {}, 'dst', '', 5)).toHaveLength(5);
  });
});
