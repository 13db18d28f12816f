// The import table of web/README.md, enforced. A folder may import itself and what its row names; nothing else.
const rows = {
  base: [],
  model: ['base'],
  packet: ['model', 'base'],
  parse: ['model', 'base'],
  archive: ['parse', 'model', 'base'],
  owners: ['model', 'base'],
  kernel: ['model', 'base'],
  packetspace: ['kernel', 'model', 'base'],
  facts: ['owners', 'model', 'base'],
  findings: ['packetspace', 'kernel', 'owners', 'model', 'base'],
  proofs: ['facts', 'findings', 'packetspace', 'kernel', 'owners', 'model', 'base'],
  compare: ['packetspace', 'kernel', 'owners', 'model', 'base'],
  anonymise: ['parse', 'owners', 'model', 'base'],
  cost: ['parse', 'owners', 'model', 'base'],
  layout: ['owners', 'model', 'base'],
  views: ['pipeline.ts', 'packet', 'cost', 'layout', 'parse', 'proofs', 'facts', 'findings', 'kernel', 'owners', 'model', 'base'],
  worker: ['permalink', 'anonymise', 'archive', 'pipeline.ts', 'views', 'packet', 'cost', 'layout', 'parse', 'proofs', 'packetspace', 'facts', 'findings', 'kernel', 'owners', 'model', 'base'],
  permalink: ['packet', 'model', 'base'],
  standalone: ['permalink', 'base'],
  offline: [],
  state: ['archive', 'worker', 'findings/finding.ts', 'permalink', 'packet', 'model', 'base'],
  render: ['layout', 'model', 'base'],
  ui: ['archive/listing.ts', 'state', 'render', 'worker', 'standalone', 'offline', 'permalink', 'packet', 'layout', 'findings/finding.ts', 'owners', 'model', 'base'],
};
const path = (name) => (name.endsWith('.ts') ? `^web/${name.replace('.', '\\.')}$` : `^web/${name}/`);
module.exports = {
  forbidden: [
    ...Object.entries(rows).map(([folder, allowed]) => ({
      name: `import-table-${folder}`,
      severity: 'error',
      from: { path: `^web/${folder}/`, pathNot: ['\\.test\\.tsx?$', '^web/render/preview\\.ts$'] },
      to: { path: '^web/', pathNot: [folder, ...allowed].map(path) },
    })),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'core-has-no-packages',
      comment: 'base to pipeline is pure TypeScript: it runs in the worker and in Node without any package (fflate inflates archives, @noble/hashes is the keyed hash of anonymise).',
      severity: 'error',
      from: { path: '^web/(base|model|packet|parse|archive|owners|facts|kernel|packetspace|findings|proofs|compare|anonymise|cost|layout|views)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'fflate|d3-|@noble/hashes' },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?|^virtual:' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'tsc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'], conditionNames: ['import', 'default', 'types'], exportsFields: ['exports'] },
  },
};
