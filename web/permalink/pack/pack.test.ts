import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateKubeProxy } from '../../bench/generate.ts';
import { leaveOutKubeNames, restoreKubeNames } from './kube-names.ts';
import { pack, unpack } from './pack.ts';
import { sha256 } from './sha256.ts';

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sample = (path: string): string => readFileSync(new URL(`../../../samples/${path}`, import.meta.url), 'utf8');

test('SHA-256 is that of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    }),
  );
});

describe('names of kube-proxy', () => {
  test.each([
    ['kube-proxy-1000/node.save', 60],
    ['flannel-kube-proxy/node-2.save', 30],
    ['calico-iptables-nft/worker-1.save', 20],
    ['calico-nftables/worker-1.nft', 5],
  ])('%s: nearly all are computed, and the text comes back', (path, most) => {
    const text = sample(path);
    const left = leaveOutKubeNames(text);
    if (left === null) throw new Error('nothing was left out');
    expect(restoreKubeNames(left)).toBe(text);
    expect(left.match(/KUBE-S..-[A-Z2-7]{16}|-[A-Z2-7]{8}-/g)?.length ?? 0).toBeLessThan(most);
  });

  test('a hash that is another one stays', () => {
    const line = '-A KUBE-SERVICES -p tcp -m comment --comment "default/kubernetes:https cluster IP" -j KUBE-SVC-';
    expect(leaveOutKubeNames(`${line}NPX46M4PTMTKRN6Y\n`)).toBe(`${line}\u0001\n`);
    expect(leaveOutKubeNames(`${line}NPX46M4PTMTKRN6Z\n`)).toBeNull();
  });

  test('any lines of the kind come back', () => {
    const hash = fc.constantFrom('NPX46M4PTMTKRN6Y', 'TCOU7JCQXEZGVUNU', 'ABCDEFGHIJKLMNOP', 'NPX46M4P');
    const kind = fc.constantFrom('KUBE-SVC-', 'KUBE-SEP-', 'KUBE-EXT-', 'service-', 'KUBE-');
    const part = fc.oneof(
      fc.tuple(kind, hash).map((pair) => pair.join('')),
      fc.constantFrom(
        '-A ',
        ':',
        ' - [0:0]',
        '\n',
        '\nCOMMIT\n',
        ' -j ',
        '-',
        '-default/kubernetes/tcp/https',
        '\u0001',
        '[1:2] ',
      ),
      fc.constantFrom(
        ' --comment "default/kubernetes:https cluster IP"',
        ' --comment "kube-system/kube-dns:dns -> 10.0.0.1:53"',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        const text = parts.join('');
        const left = leaveOutKubeNames(text);
        if (left !== null) expect(restoreKubeNames(left)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('packing', () => {
  test('any bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(run(unpack(run(pack(bytes))))).toEqual(bytes);
      }),
      { numRuns: 12 },
    );
  });

  test('edges', () => {
    for (const text of ['', '\0\0\0\0', '\u0001KUBE-SVC-', 'a'.repeat(20_000)])
      expect(run(unpack(run(pack(bytesOf(text)))))).toEqual(bytesOf(text));
  });

  test('rulesets come back, at less than half of deflate', () => {
    for (const text of [
      sample('docker-ufw/web-01.save'),
      generateKubeProxy({ services: 8, endpoints: 3, format: 'iptables', counters: true }),
    ]) {
      const packed = run(pack(bytesOf(text)));
      expect(run(unpack(packed))).toEqual(bytesOf(text));
      expect(packed.length).toBeLessThan(deflateRawSync(text, { level: 9 }).length * 0.6);
    }
  });

  test('every cut and every change is noticed', () => {
    const packed = run(pack(bytesOf(sample('istio-sidecar/checkout-pod.save'))));
    const failure = (bytes: Uint8Array): string => {
      try {
        run(unpack(bytes));
        return 'opened';
      } catch (error) {
        return (error as { readonly code: string }).code;
      }
    };
    for (const end of [0, 1, 2, 4, 10, packed.length >> 1, packed.length - 1]) {
      expect(['truncated', 'damaged']).toContain(failure(packed.subarray(0, end)));
    }
    for (const at of [0, 1, 2, 3, 4, 5, 20, packed.length - 2]) {
      const changed = packed.slice();
      changed[at] = (changed[at] as number) ^ 0x15;
      expect(['truncated', 'damaged', 'too-big']).toContain(failure(changed));
    }
    expect(failure(Uint8Array.from([0, 255, 255, 255, 127, 0, 0, 0]))).toBe('too-big');
  });
});
