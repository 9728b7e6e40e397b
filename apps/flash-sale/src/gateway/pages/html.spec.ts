import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('html', () => {
  it('takes what is put in for text', () => {
    const evil = `<script>alert("1") && '2'</script>`;
    expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;) &amp;&amp; &#39;2&#39;&lt;/script&gt;">' +
        '&lt;script&gt;alert(&quot;1&quot;) &amp;&amp; &#39;2&#39;&lt;/script&gt;</p>',
    );
  });

  it('takes HTML for HTML', () => {
    const item = html`<i>${1}</i>`;
    expect(html`<b>${item}</b>`.text).toBe('<b><i>1</i></b>');
    expect(html`<hr />`.text).toBe('<hr />');
  });
});
