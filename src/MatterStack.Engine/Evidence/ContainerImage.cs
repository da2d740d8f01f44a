using System.Text.RegularExpressions;

namespace MatterStack.Engine.Evidence;

/// <summary>What the name of a container image says, in the words of the Workflow Run RO-Crate.</summary>
/// <param name="Type">Kind of image, as a term of the profile.</param>
/// <param name="Registry">Where it comes from; null: not said.</param>
/// <param name="Name">Its name there, or its file.</param>
/// <param name="Tag">Which of that name; null: not said.</param>
/// <param name="Digest">SHA-256 of what it must be; null: not said.</param>
internal sealed partial record ContainerImage(string Type, string? Registry, string Name, string? Tag, string? Digest)
{
    private const string Terms = "https://w3id.org/ro/terms/workflow-run#";

    /// <param name="image">As the task declares it: <c>docker://quay.io/group/name:1.2@sha256:…</c>, <c>name:1.2</c>, <c>/images/name.sif</c>.</param>
    public static ContainerImage Parse(string image)
    {
        var scheme = image.IndexOf("://", StringComparison.Ordinal);
        var isOfRegistry = scheme < 0 ? image is not (['/' or '.' or '~' or '$', ..]) && !image.EndsWith(".sif", StringComparison.Ordinal) : image[..scheme] is "docker" or "oras";
        if (!isOfRegistry || Reference().Match(scheme < 0 ? image : image[(scheme + 3)..]) is not { Success: true } parts)
        {
            return new(Terms + "SIFImage", null, image, null, null);
        }

        return new(Terms + "DockerImage", Group("registry"), Group("name")!, Group("tag"), Group("digest"));

        string? Group(string name) => parts.Groups[name] is { Success: true, Value: var value } ? value : null;
    }

    // As in the reference grammar of OCI distribution: what stands before the first '/' is a host if it could be none of a name.
    [GeneratedRegex("^(?:(?<registry>localhost|[^/]*[.:][^/]*)/)?(?<name>[^:@]+)(?::(?<tag>[^@]+))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$")]
    private static partial Regex Reference();
}
