using System.Text.RegularExpressions;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>The parts of a container image name, with the terms of the Workflow Run RO-Crate.</summary>
/// <param name="Type">Kind of image, as a term of the profile.</param>
/// <param name="Registry">Registry; null if not given.</param>
/// <param name="Name">Name in the registry, or the image file.</param>
/// <param name="Tag">Tag; null if not given.</param>
/// <param name="Digest">SHA-256 digest; null if not given.</param>
internal sealed partial record ContainerImage(string Type, string? Registry, string Name, string? Tag, string? Digest)
{
    private const string TermPrefix = "https://w3id.org/ro/terms/workflow-run#";

    /// <param name="image">
    /// Image name as the task declares it: <c>docker://quay.io/group/name:1.2@sha256:…</c>, <c>name:1.2</c>, <c>/images/name.sif</c>.
    /// </param>
    public static ContainerImage Parse(string image)
    {
        var scheme = image.IndexOf("://", StringComparison.Ordinal);
        var isOfRegistry =
            scheme < 0
                ? image is not (['/' or '.' or '~' or '$', ..]) && !image.EndsWith(".sif", StringComparison.Ordinal)
                : image[..scheme] is "docker" or "oras";
        if (!isOfRegistry || ReferenceRegex().Match(scheme < 0 ? image : image[(scheme + 3)..]) is not { Success: true } parts)
        {
            return new(TermPrefix + "SIFImage", null, image, null, null);
        }

        return new(TermPrefix + "DockerImage", FindGroup("registry"), FindGroup("name")!, FindGroup("tag"), FindGroup("digest"));

        string? FindGroup(string name) => parts.Groups[name] is { Success: true, Value: var value } ? value : null;
    }

    // Follows the reference grammar of OCI distribution: the part before the first '/' is a host if it contains '.' or ':' or is
    // "localhost".
    [GeneratedRegex("^(?:(?<registry>localhost|[^/]*[.:][^/]*)/)?(?<name>[^:@]+)(?::(?<tag>[^@]+))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$")]
    private static partial Regex ReferenceRegex();
}
