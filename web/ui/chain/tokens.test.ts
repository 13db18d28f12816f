import { describe, expect, it } from 'vitest';
import { token } from './fixtures.ts';
import { shownComment } from './tokens.ts';

describe('a comment', () => {
  const match = [token('dst', '10.96.0.7'), { ...token('tcp dport', '80'), meaning: 'Service default/web:http' }];
  it.each([
    ['default/web:http cluster IP', 'cluster IP'],
    ['default/web:http', ''],
    ['default/web:https cluster IP', 'default/web:https cluster IP'],
    ['allow default/web:http', 'allow default/web:http'],
  ])('%s', (comment, shown) => {
    expect(shownComment({ match, comment })).toBe(shown);
    expect(shownComment({ match: [], comment })).toBe(comment);
  });
});
