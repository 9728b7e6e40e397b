import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './documents.js';

/** A module that stands in a document. */
export interface Example {
  /** The document, as seen from the root of the repository. */
  readonly path: string;
  /** The line of the document where it begins. */
  readonly line: number;
  readonly text: string;
}

/**
 * Type-checks examples, each as a module of its own, with the compiler settings of the repository:
 * the library's names mean its sources.
 *
 * @param prelude a module whose globals all examples see
 * @returns a line for each error, with its place in the document
 */
export function typeCheck(examples: readonly Example[], prelude: string): string[] {
  const byFile = new Map(
    examples.map((example) => [fileOf(`${example.path}-${example.line}`), example]),
  );
  const preludeFile = fileOf('prelude');
  const options = compilerOptions();
  const disk = ts.createCompilerHost(options);
  const textOf = (file: string): string | undefined =>
    file === preludeFile ? prelude : byFile.get(file)?.text;
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => textOf(file) !== undefined || disk.fileExists(file),
    getSourceFile(file, language, ...rest) {
      const text = textOf(file);
      return text === undefined
        ? disk.getSourceFile(file, language, ...rest)
        : ts.createSourceFile(file, text, language);
    },
  };
  const program = ts.createProgram([preludeFile, ...byFile.keys()], options, host);
  return [...byFile.keys(), preludeFile].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map((diagnostic) => describe(diagnostic, source, byFile.get(file)));
  });
}

function describe(
  { start = 0, messageText }: ts.Diagnostic,
  source: ts.SourceFile,
  example: Example | undefined,
): string {
  const line = source.getLineAndCharacterOfPosition(start).line + (example?.line ?? 1);
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  return `${example?.path ?? 'the prelude'}:${line}: ${message}`;
}

/** Places a file that exists in memory only where packages are found as from a test. */
function fileOf(name: string): string {
  return join(import.meta.dirname, `${name.replaceAll(/\W+/g, '-')}.ts`);
}

function compilerOptions(): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT).options;
}
