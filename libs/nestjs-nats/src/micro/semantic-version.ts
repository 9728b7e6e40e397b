const NUMBER = String.raw`(?:0|[1-9]\d*)`;
const IDENTIFIER = String.raw`(?:${NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)`;
const BUILD = '[0-9A-Za-z-]+';

// @see https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions
const VERSION = new RegExp(
  String.raw`^${NUMBER}\.${NUMBER}\.${NUMBER}` +
    String.raw`(?:-${IDENTIFIER}(?:\.${IDENTIFIER})*)?(?:\+${BUILD}(?:\.${BUILD})*)?$`,
);

/** Is far more than anybody needs, and little to match. */
const MAX_LENGTH = 256;

/** Tells whether this is a semantic version. */
export function isSemanticVersion(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH && VERSION.test(value);
}
