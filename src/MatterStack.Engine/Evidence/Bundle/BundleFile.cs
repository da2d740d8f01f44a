namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>A file of a bundle. The path is relative to the bundle and has forward slashes; the size is in bytes.</summary>
internal readonly record struct BundleFile(string Path, Identity.Sha256 Hash, long Size);
