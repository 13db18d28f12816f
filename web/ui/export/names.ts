/** Names of the files that are saved. */

/** Of the first dump, without its ending and what file systems do not take: `node-a` of `node-a.save`. */
export function baseName(documents: readonly { readonly name: string }[]): string {
  const name = (documents[0]?.name ?? '').replace(/\.(save6?|nft|json|ipset|txt|rules)$/i, '');
  const clean = name
    .replaceAll(/[\u0000-\u001f\u007f/\\:*?"<>|\s]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return clean === '' ? 'nfscope' : clean;
}
