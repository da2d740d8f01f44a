using System.Globalization;
using System.Text;
using MatterStack.Engine.Evidence.BagIt;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>Checks that a bundle or bag contains exactly the files that its manifests name, byte for byte.</summary>
internal static class ManifestCheck
{
    /// <summary>Compares a bundle with its own manifest.</summary>
    public static IEnumerable<Problem> FindBundleProblems(BundleSource source)
    {
        var problems = new List<Problem>();
        CompareFiles(
            source,
            BundleNames.Manifest,
            source.Files.Where(f => f is not (BundleNames.Manifest or BundleNames.Signature)),
            static p => p,
            problems
        );
        problems.AddRange(
            source.RejectedEntries.Select(o =>
                Problem.Create(EvidenceCodes.FileExtra, $"'{o.Path}' {o.Wrong}", new SourcePosition(source.GetDisplayPath(o.Path)))
            )
        );
        return problems;
    }

    /// <summary>Compares a bag (RFC 8493) with its manifests.</summary>
    public static IEnumerable<Problem> FindBagProblems(BundleSource bag)
    {
        var problems = new List<Problem>();
        foreach (
            var missing in new[]
            {
                BagItArchive.DeclarationFile,
                BagItArchive.InfoFile,
                BagItArchive.PayloadManifestFile,
                BagItArchive.TagManifestFile,
            }.Where(t => !bag.HasFile(t))
        )
        {
            problems.Add(
                Problem.Create(EvidenceCodes.FileMissing, $"'{missing}' is missing", new SourcePosition(bag.GetDisplayPath(missing)))
            );
        }

        if (problems.Count > 0)
        {
            return problems;
        }

        if (Encoding.UTF8.GetString(bag.Read(BagItArchive.DeclarationFile)) is not BagItArchive.DeclarationText)
        {
            problems.Add(
                Problem.Create(
                    EvidenceCodes.ArchiveDamaged,
                    $"'{BagItArchive.DeclarationFile}' does not declare a bag of version 1.0 in UTF-8",
                    new SourcePosition(bag.GetDisplayPath(BagItArchive.DeclarationFile))
                )
            );
        }

        CompareFiles(
            bag,
            BagItArchive.TagManifestFile,
            bag.Files.Where(f => f != BagItArchive.TagManifestFile && !f.StartsWith(BagItArchive.PayloadFolder, StringComparison.Ordinal)),
            BagItArchive.UnescapePath,
            problems
        );
        CompareFiles(
            bag,
            BagItArchive.PayloadManifestFile,
            bag.Files.Where(f => f.StartsWith(BagItArchive.PayloadFolder, StringComparison.Ordinal)),
            BagItArchive.UnescapePath,
            problems
        );
        var payload = bag.Files.Where(f => f.StartsWith(BagItArchive.PayloadFolder, StringComparison.Ordinal)).ToList();
        var oxum = string.Create(CultureInfo.InvariantCulture, $"Payload-Oxum: {payload.Sum(bag.GetSizeBytes)}.{payload.Count}");
        if (!Encoding.UTF8.GetString(bag.Read(BagItArchive.InfoFile)).Split('\n').Contains(oxum))
        {
            problems.Add(
                Problem.Create(
                    EvidenceCodes.ArchiveDamaged,
                    $"'{BagItArchive.InfoFile}' does not contain '{oxum}'",
                    new SourcePosition(bag.GetDisplayPath(BagItArchive.InfoFile))
                )
            );
        }

        problems.AddRange(
            bag.RejectedEntries.Select(o =>
                Problem.Create(EvidenceCodes.FileExtra, $"'{o.Path}' {o.Wrong}", new SourcePosition(bag.GetDisplayPath(o.Path)))
            )
        );
        return problems;
    }

    private static void CompareFiles(
        BundleSource source,
        string manifest,
        IEnumerable<string> there,
        Func<string, string> path,
        List<Problem> problems
    )
    {
        using var stream = source.Open(manifest);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, hash) in BundleManifest.EnumerateEntries(stream, AddManifestProblem).Select(n => (path(n.Path), n.Hash)))
        {
            if (problems.Count > UntrustedBundleLimits.MaxProblems)
            {
                return;
            }

            names.Add(name);
            if (!source.HasFile(name))
            {
                problems.Add(
                    Problem.Create(EvidenceCodes.FileMissing, $"'{name}' is missing", new SourcePosition(source.GetDisplayPath(name)))
                );
            }
            else if (FindChange(source, name, hash) is { } how)
            {
                problems.Add(Problem.Create(EvidenceCodes.FileChanged, $"'{name}' {how}", new SourcePosition(source.GetDisplayPath(name))));
            }
        }

        problems.AddRange(
            there
                .Where(f => !names.Contains(f))
                .Order(StringComparer.Ordinal)
                .Take(UntrustedBundleLimits.MaxProblems)
                .Select(extra =>
                    Problem.Create(
                        EvidenceCodes.FileExtra,
                        $"'{extra}' is not named by '{manifest}'",
                        new SourcePosition(source.GetDisplayPath(extra))
                    )
                )
        );

        void AddManifestProblem(string what)
        {
            problems.Add(
                Problem.Create(EvidenceCodes.ManifestDamaged, $"'{manifest}': {what}", new SourcePosition(source.GetDisplayPath(manifest)))
            );
            if (problems.Count > UntrustedBundleLimits.MaxProblems)
            {
                throw new InvalidDataException(
                    $"more than {UntrustedBundleLimits.MaxProblems} lines of '{manifest}' are wrong; the last problem: {what}"
                );
            }
        }
    }

    private static string? FindChange(BundleSource source, string name, Sha256 hash)
    {
        try
        {
            return source.GetHash(name) is var now && now != hash ? $"has changed: its hash is {now}, the recorded hash is {hash}" : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return $"cannot be read: {e.Message}";
        }
    }
}
