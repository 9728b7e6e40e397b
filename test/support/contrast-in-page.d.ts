export function findLowContrast(): { text: string; ratio: number }[];
