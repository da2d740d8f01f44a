using System.Globalization;
using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>Checks that a bundle or bag contains exactly the files that its manifests name, byte for byte.</summary>
internal static class ManifestCheck
{
    /// <summary>Compares a bundle with its own manifest.</summary>
    public static IEnumerable<Problem> OfBundle(BundleSource source)
    {
        var problems = new List<Problem>();
        Against(source, BundleNames.Manifest, source.Files.Where(f => f is not (BundleNames.Manifest or BundleNames.Signature)), static p => p, problems);
        problems.AddRange(source.Others.Select(o => Problem.Create(EvidenceCodes.FileExtra, $"'{o.Path}' {o.Wrong}", new SourcePosition(source.Place(o.Path)))));
        return problems;
    }

    /// <summary>Compares a bag (RFC 8493) with its manifests.</summary>
    public static IEnumerable<Problem> OfBag(BundleSource bag)
    {
        var problems = new List<Problem>();
        foreach (var missing in new[] { Bag.Declaration, Bag.Info, Bag.PayloadManifest, Bag.TagManifest }.Where(t => !bag.Has(t)))
        {
            problems.Add(Problem.Create(EvidenceCodes.FileMissing, $"'{missing}' is missing", new SourcePosition(bag.Place(missing))));
        }

        if (problems.Count > 0)
        {
            return problems;
        }

        if (Encoding.UTF8.GetString(bag.Read(Bag.Declaration)) is not Bag.DeclarationText)
        {
            problems.Add(Problem.Create(EvidenceCodes.ArchiveDamaged, $"'{Bag.Declaration}' does not declare a bag of version 1.0 in UTF-8", new SourcePosition(bag.Place(Bag.Declaration))));
        }

        Against(bag, Bag.TagManifest, bag.Files.Where(f => f != Bag.TagManifest && !f.StartsWith(Bag.Payload, StringComparison.Ordinal)), Bag.Unescape, problems);
        Against(bag, Bag.PayloadManifest, bag.Files.Where(f => f.StartsWith(Bag.Payload, StringComparison.Ordinal)), Bag.Unescape, problems);
        var payload = bag.Files.Where(f => f.StartsWith(Bag.Payload, StringComparison.Ordinal)).ToList();
        var oxum = string.Create(CultureInfo.InvariantCulture, $"Payload-Oxum: {payload.Sum(bag.SizeOf)}.{payload.Count}");
        if (!Encoding.UTF8.GetString(bag.Read(Bag.Info)).Split('\n').Contains(oxum))
        {
            problems.Add(Problem.Create(EvidenceCodes.ArchiveDamaged,
                $"'{Bag.Info}' does not contain '{oxum}'", new SourcePosition(bag.Place(Bag.Info))));
        }

        problems.AddRange(bag.Others.Select(o => Problem.Create(EvidenceCodes.FileExtra, $"'{o.Path}' {o.Wrong}", new SourcePosition(bag.Place(o.Path)))));
        return problems;
    }

    private static void Against(BundleSource source, string manifest, IEnumerable<string> there, Func<string, string> path, List<Problem> problems)
    {
        using var stream = source.Open(manifest);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, hash) in BundleManifest.Entries(stream, Wrong)
            .Select(n => (path(n.Path), n.Hash)))
        {
            if (problems.Count > StrangerLimits.MostProblems)
            {
                return;
            }

            names.Add(name);
            if (!source.Has(name))
            {
                problems.Add(Problem.Create(EvidenceCodes.FileMissing, $"'{name}' is missing", new SourcePosition(source.Place(name))));
            }
            else if (Changed(source, name, hash) is { } how)
            {
                problems.Add(Problem.Create(EvidenceCodes.FileChanged, $"'{name}' {how}", new SourcePosition(source.Place(name))));
            }
        }

        problems.AddRange(there.Where(f => !names.Contains(f)).Order(StringComparer.Ordinal).Take(StrangerLimits.MostProblems)
            .Select(extra => Problem.Create(EvidenceCodes.FileExtra, $"'{extra}' is not named by '{manifest}'", new SourcePosition(source.Place(extra)))));

        void Wrong(string what)
        {
            problems.Add(Problem.Create(EvidenceCodes.ManifestDamaged, $"'{manifest}': {what}", new SourcePosition(source.Place(manifest))));
            if (problems.Count > StrangerLimits.MostProblems)
            {
                throw new InvalidDataException(
                    $"more than {StrangerLimits.MostProblems} lines of '{manifest}' are wrong; the last problem: {what}");
            }
        }
    }

    private static string? Changed(BundleSource source, string name, Sha256 hash)
    {
        try
        {
            return source.HashOf(name) is var now && now != hash ? $"has changed: its hash is {now}, the recorded hash is {hash}" : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return $"cannot be read: {e.Message}";
        }
    }
}
