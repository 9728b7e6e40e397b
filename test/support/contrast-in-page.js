// Runs in the page, not here: nothing from outside of the function is there.

/** Finds visible texts with less contrast than 4.5 to 1 on what is behind them. */
export function findLowContrast() {
  // what is animated is strongest at its beginning: not as it happens to be at this moment
  for (const animation of document.getAnimations()) {
    animation.pause();
    animation.currentTime = 0;
  }
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const read = (css) => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = css;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [
    ...[0, 1, 2].map((index) => top[index] * top[3] + below[index] * (1 - top[3])),
    1,
  ];
  const behind = (element) => {
    const parent = element.parentElement;
    const below = parent ? behind(parent) : read(getComputedStyle(document.body).backgroundColor);
    return over(read(getComputedStyle(element).backgroundColor), below);
  };
  const linear = (value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || !element.checkVisibility() || element.closest('svg, noscript')) continue;
    const back = behind(element);
    const front = over(read(getComputedStyle(element).color), back);
    const shades = [luminance(front), luminance(back)];
    const ratio = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
    if (ratio < 4.5) found.push({ text, ratio });
  }
  return found;
}
