import { compileFunction } from 'node:vm';
import ts from 'typescript';
import { fencedBlocks, readDocument, sectionsOf } from './markdown.js';

/**
 * Runs the first example under a heading of a document, as it stands there.
 *
 * @param modules what it imports, by name: nothing else can be imported
 * @param globals what it uses without declaring it
 * @returns what it exports
 */
export function runExample(
  [document, heading]: readonly [document: string, heading: string],
  modules: Readonly<Record<string, unknown>>,
  globals: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const section = sectionsOf(readDocument(document), 2).get(heading) ?? '';
  const [example] = fencedBlocks(section);
  if (!example) throw new Error(`${document} has no example under "${heading}"`);
  const { outputText } = ts.transpileModule(example.text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
    },
  });
  const load = (name: string): unknown => {
    if (name in modules) return modules[name];
    throw new Error(`${document}: the example under "${heading}" imports ${name}`);
  };
  const exported: Record<string, unknown> = {};
  const names = ['exports', 'require', ...Object.keys(globals)];
  compileFunction(outputText, names)(exported, load, ...Object.values(globals));
  return exported;
}
