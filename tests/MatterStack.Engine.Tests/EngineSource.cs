namespace MatterStack.Engine.Tests;

/// <summary>A source file of the engine.</summary>
/// <param name="Folder">Its folder in the engine, such as <c>Runs/Store</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its text.</param>
internal sealed record EngineSource(string Folder, string Name, string Text)
{
    /// <summary>The first folder of its path.</summary>
    public string Room => Folder.Split('/')[0];
}
