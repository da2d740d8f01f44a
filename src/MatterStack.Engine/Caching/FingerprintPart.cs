using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>A part of a fingerprint.</summary>
/// <param name="Name">Name that a person knows from the campaign, e.g. <c>file eos.py</c>.</param>
/// <param name="Hash">Hash of its content.</param>
internal readonly record struct FingerprintPart(string Name, Sha256 Hash)
{
    public static FingerprintPart FromText(string name, string value) => new(name, Sha256.ComputeTextHash(value));
}
