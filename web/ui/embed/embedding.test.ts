import { describe, expect, it } from 'vitest';
import { embedHtml, readEmbedding, wholePage } from './embedding.ts';

describe('readEmbedding', () => {
  it.each([
    ['', null],
    ['?x=1', null],
    ['?embed', { theme: null }],
    ['?embed=1&theme=dark', { theme: 'dark' }],
    ['?theme=light&embed', { theme: 'light' }],
    ['?embed&theme=pink', { theme: null }],
    ['?theme=dark', null],
  ])('%j', (search, expected) => expect(readEmbedding(search)).toEqual(expected));
});

describe('wholePage', () => {
  it('keeps path, other questions and the fragment', () => {
    expect(wholePage({ pathname: '/a/', search: '?embed&theme=dark&x=1', hash: '#v1.gz.AA' })).toBe('/a/?x=1#v1.gz.AA');
    expect(wholePage({ pathname: '/a/', search: '?embed', hash: '' })).toBe('/a/');
  });
});

describe('embedHtml', () => {
  it('is one frame of the link', () => {
    expect(embedHtml('https://example.org', '/n/', '#v1.gz.AA&view=hooks')).toBe(
      '<iframe src="https://example.org/n/?embed#v1.gz.AA&view=hooks" width="100%" height="600" style="border:0" title="nfscope"></iframe>',
    );
  });
});
