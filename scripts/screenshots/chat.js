export async function showChat() {}
