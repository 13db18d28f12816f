import { describe, expect, it } from 'vitest';
import { baseName } from './names.ts';

describe('baseName', () => {
  it.each([
    ['node-a.save', 'node-a'],
    ['worker 1: node.legacy.save', 'worker-1-node.legacy'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d', 'a-b-c-d'],
    ['...', 'nfscope'],
    ['', 'nfscope'],
    ['Pasted dump', 'Pasted-dump'],
  ])('%s', (name, expected) => expect(baseName([{ name }])).toBe(expected));
  it('has a name without dumps', () => expect(baseName([])).toBe('nfscope'));
});
