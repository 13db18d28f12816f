import { describe, expect, it } from 'vitest';
import { readDocument } from '../parse/read.ts';
import { attribute, saved } from './fixtures.ts';
import { markUses, meaningOfMark, ownersOfMark, serviceOfComment } from './marks.ts';

describe('meaningOfMark', () => {
  it.each([
    ['kube-proxy-iptables', 0x4000, 0x4000, /^masquerade/],
    ['kube-proxy-iptables', 0x4000, 0xffffffff, /^masquerade/],
    ['calico-iptables', 0x10000, 0x10000, /^accept/],
    ['calico-iptables', 0x30000, 0x30000, /^accept, pass$/],
    ['cilium', 0x200, 0xf00, /^to the proxy/],
    ['tailscale', 0x40000, 0xff0000, /^came in by tailscale0/],
    ['wg-quick', 51820, 0xffffffff, /^routes packets/],
  ] as const)('%s %d/%d', (owner, value, mask, meaning) => {
    expect(meaningOfMark(owner, value, mask)).toMatch(meaning);
  });

  it.each([
    ['kube-proxy-iptables', 0x8, 0x8],
    ['tailscale', 0x40000, 0x40000],
    ['unknown', 0x4000, 0x4000],
  ] as const)('%s does not document %d/%d', (owner, value, mask) => {
    expect(meaningOfMark(owner, value, mask)).toBeNull();
  });

  it('finds all owners of a bit', () => {
    const owners = ownersOfMark(0x4000, 0x4000).map(({ owner }) => owner);
    expect(owners).toEqual(expect.arrayContaining(['kube-proxy-iptables', 'kubelet', 'flannel-iptables', 'cilium']));
    expect(owners).not.toContain('tailscale');
  });
});

describe('markUses', () => {
  it.each([
    ['-m mark --mark 0x4000/0x4000 -j RETURN', { kind: 'packet', use: 'test', value: 0x4000, mask: 0x4000 }],
    ['-m mark ! --mark 0x1/0xff -j RETURN', { kind: 'packet', use: 'test', value: 1, mask: 0xff }],
    ['-m mark --mark 0xca6c -j RETURN', { kind: 'packet', use: 'test', value: 0xca6c, mask: 0xffffffff }],
    ['-m connmark --mark 0x80/0x80 -j RETURN', { kind: 'connection', use: 'test', value: 0x80, mask: 0x80 }],
    ['-j MARK --set-xmark 0x4000/0x4000', { kind: 'packet', use: 'write', value: 0x4000, mask: 0x4000 }],
    ['-j MARK --set-xmark 0x0/0xe0000', { kind: 'packet', use: 'write', value: 0, mask: 0xe0000 }],
    ['-j MARK --set-xmark 0x40000/0xff0000', { kind: 'packet', use: 'write', value: 0x40000, mask: 0xff0000 }],
    ['-j MARK --set-xmark 0xd0c4e3/0xffffffff', { kind: 'packet', use: 'write', value: 0xd0c4e3, mask: 0xffffffff }],
    ['-j MARK --set-xmark 0x4000/0x0', { kind: 'packet', use: 'write', value: 0x4000, mask: 0x4000 }],
  ])('%s', (rule, use) => {
    const { ruleset } = attribute(readDocument, [saved('mangle', [`PREROUTING ${rule}`])]);
    expect(markUses(ruleset.rules[0] as never)).toEqual([use]);
  });
});

describe('serviceOfComment', () => {
  it.each([
    ['default/web:http cluster IP', 'default', 'web', 'http'],
    ['default/web cluster IP', 'default', 'web', null],
    ['kube-system/kube-dns:dns -> 10.244.0.3:53', 'kube-system', 'kube-dns', 'dns'],
    ['default/web has no endpoints', 'default', 'web', null],
    ['default/web', 'default', 'web', null],
    ['masquerade traffic for default/web:http external destinations', 'default', 'web', 'http'],
    ['masquerade LOCAL traffic for default/web:http LB IP', 'default', 'web', 'http'],
    ['pod traffic for shop/cart external destinations', 'shop', 'cart', null],
  ])('%s', (text, namespace, name, port) => {
    expect(serviceOfComment(text)).toEqual({ namespace, name, port });
  });

  it.each([
    'kubernetes service portals',
    'kuma/mesh/transparent/proxy/redirect inbound TCP traffic',
    'proxy-init/redirect-all-incoming-to-proxy-port-x y',
    'and/or something else',
    'Default/Web',
    '/web',
    'default/',
    '',
  ])('%s is none', (text) => {
    expect(serviceOfComment(text)).toBeNull();
  });
});
