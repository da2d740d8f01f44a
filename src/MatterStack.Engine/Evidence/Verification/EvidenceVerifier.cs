using System.Text.Json;
using MatterStack.Engine.Evidence.BagIt;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Evidence.Signing;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>
/// Verifies a bundle from any source: a folder, a bag, or an archive of either. It needs only the bundle and writes nothing into it.
/// </summary>
internal static class EvidenceVerifier
{
    private static readonly string[] JsonFiles =
    [
        BundleNames.Bundle,
        BundleNames.Workflow,
        BundleNames.RoCrateMetadata,
        BundleNames.RunConfig,
        BundleNames.Signature,
    ];

    /// <param name="path">Folder or archive of the bundle.</param>
    /// <param name="key">Key that must have signed the bundle; null accepts any key or none.</param>
    /// <param name="schema">Schema for the bundle's wiring.</param>
    public static Result<VerificationResult> VerifyBundle(string path, Signer? key, WiringSchema schema)
    {
        try
        {
            return FileKind.FindSpecialKind(path) is { } kind
                    ? Problem.Create(EvidenceCodes.NoBundle, $"{path} is not a regular file but {kind}", new SourcePosition(path))
                : Directory.Exists(path) ? VerifyFolder(path, key, schema)
                : File.Exists(path) ? VerifyArchive(path, key, schema)
                : Problem.Create(EvidenceCodes.NoBundle, $"{path} does not exist", new SourcePosition(path));
        }
        catch (InvalidDataException e)
        {
            return Directory.Exists(path)
                ? Problem.Create(EvidenceCodes.ManifestDamaged, $"{path} cannot be verified: {e.Message}", new SourcePosition(path))
                : Problem.Create(EvidenceCodes.ArchiveDamaged, $"{path} is not a readable archive: {e.Message}", new SourcePosition(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Problem.Create(EvidenceCodes.NoBundle, $"{path} cannot be read: {e.Message}", new SourcePosition(path));
        }
    }

    private static Result<VerificationResult> VerifyFolder(string path, Signer? key, WiringSchema schema)
    {
        var folder =
            File.Exists(Path.Combine(path, BagItArchive.DeclarationFile))
            || File.Exists(Path.Combine(path, BundleNames.Manifest))
            || Directory.GetDirectories(path) is not [var only]
                ? path
                : only;
        using var source = new FolderSource(folder);
        return VerifyBundle(source, key, folder, schema);
    }

    private static Result<VerificationResult> VerifyArchive(string path, Signer? key, WiringSchema schema)
    {
        using var source = new ZipSource(path);
        if (!VerifyBundle(source, key, path, schema).TryGet(out var verified, out var problems))
        {
            return Result<VerificationResult>.Fail(problems);
        }

        // Zip metadata other than names and contents is checked by writing the archive again and comparing.
        if (verified.Problems.Count == 0 && source.HasFile(BagItArchive.DeclarationFile))
        {
            string[] tags =
            [
                BagItArchive.DeclarationFile,
                BagItArchive.InfoFile,
                BagItArchive.PayloadManifestFile,
                BagItArchive.TagManifestFile,
            ];
            using var file = RegularFile.OpenRead(path);
            using var compared = new ComparingStream(file);
            BagItArchive.Write(
                compared,
                source.RootFolder.TrimEnd('/'),
                tags.Concat(source.Files.Except(tags).Order(StringComparer.Ordinal)).Select(f => (f, (Func<Stream>)(() => source.Open(f))))
            );
            if (compared.FirstDifference is { } at)
            {
                return verified with
                {
                    Problems =
                    [
                        new Problem(
                            EvidenceCodes.ArchiveDamaged,
                            $"{path} differs from the exported archive from byte {at} on; the files in it are unchanged",
                            "If the archive was packed again, unpack it and verify the folder.",
                            new SourcePosition(path)
                        ),
                    ],
                };
            }
        }

        return verified;
    }

    private static Result<VerificationResult> VerifyBundle(BundleSource source, Signer? key, string path, WiringSchema schema)
    {
        var isBag = source.HasFile(BagItArchive.DeclarationFile) || source.HasFile(BagItArchive.TagManifestFile);
        using var below = isBag ? new SubfolderSource(source, BagItArchive.PayloadFolder) : null;
        BundleSource bundle = below ?? source;
        List<Problem> problems = isBag ? [.. ManifestCheck.FindBagProblems(source)] : [];
        if (!bundle.HasFile(BundleNames.Manifest))
        {
            problems.Add(
                isBag || source.HasFile(BundleNames.Bundle)
                    ? Problem.Create(
                        EvidenceCodes.FileMissing,
                        $"'{BundleNames.Manifest}' is missing",
                        new SourcePosition(bundle.GetDisplayPath(BundleNames.Manifest))
                    )
                    : Problem.Create(EvidenceCodes.NoBundle, $"{path} contains no evidence", new SourcePosition(path))
            );
            return Result<VerificationResult>.Fail(problems);
        }

        // Checked before the files are hashed.
        if (
            JsonFiles.FirstOrDefault(name => bundle.HasFile(name) && bundle.GetSizeBytes(name) > UntrustedBundleLimits.MaxJsonBytes) is
            { } large
        )
        {
            problems.Add(
                Problem.Create(
                    EvidenceCodes.ManifestDamaged,
                    $"'{large}' has more than {UntrustedBundleLimits.MaxJsonBytes >> 20} MiB",
                    new SourcePosition(bundle.GetDisplayPath(large))
                )
            );
            return Result<VerificationResult>.Fail(problems);
        }

        problems.AddRange(
            ManifestCheck
                .FindBundleProblems(bundle)
                .Where(p => !problems.Exists(known => known.Code == p.Code && known.Position == p.Position))
        );
        string? run = null;
        foreach (
            var needed in new[] { BundleNames.Bundle, BundleNames.Workflow, BundleNames.Events, BundleNames.RoCrateMetadata }.Where(n =>
                !bundle.HasFile(n)
            )
        )
        {
            problems.Add(
                Problem.Create(EvidenceCodes.FileMissing, $"'{needed}' is missing", new SourcePosition(bundle.GetDisplayPath(needed)))
            );
        }

        // The content of changed files is not checked: it would only add follow-up problems.
        if (problems.Count == 0)
        {
            problems.AddRange(CatchFormErrors(bundle, BundleNames.Bundle, () =>
                {
                    using var records = new BundleRecords(bundle);
                    run = records.RunRow.RunId.Value;
                    return new RecordCheck(bundle, records, schema).FindProblems();
                }));
            problems.AddRange(CatchFormErrors(bundle, BundleNames.RoCrateMetadata, () =>
                {
                    using var crate = BundleRecords.ParseJson(bundle, BundleNames.RoCrateMetadata);
                    return new RoCrateCheck(bundle, crate.RootElement).FindProblems();
                }));
        }

        return new VerificationResult(
            CheckSignature(bundle, key, problems),
            run,
            bundle.Files.Count,
            bundle.HasFile(BundleNames.Signature) ? Signature.Read(bundle.Read(BundleNames.Signature))?.KeyId : null
        );
    }

    private static List<Problem> CheckSignature(BundleSource bundle, Signer? key, List<Problem> problems)
    {
        var at = bundle.GetDisplayPath(BundleNames.Signature);
        if (bundle.HasFile(BundleNames.Signature))
        {
            problems.AddRange(Signature.FindProblems(bundle.Read(BundleNames.Signature), bundle.GetHash(BundleNames.Manifest), key, at));
        }
        else if (key is not null)
        {
            problems.Add(
                Problem.Create(
                    EvidenceCodes.SignatureWrong,
                    $"The bundle is not signed; the key {key.KeyId} was expected",
                    new SourcePosition(at)
                )
            );
        }

        return problems;
    }

    // A forged bundle can contain anything, so exceptions of a malformed file become a problem.
    private static IEnumerable<Problem> CatchFormErrors(BundleSource source, string file, Func<IEnumerable<Problem>> check)
    {
        try
        {
            return check();
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or OverflowException
                        or ArgumentException
                        or InvalidDataException
            )
        {
            return
            [
                Problem.Create(
                    EvidenceCodes.ManifestDamaged,
                    $"'{file}', or a file that belongs to it, is malformed: {e.Message}",
                    new SourcePosition(source.GetDisplayPath(file))
                ),
            ];
        }
    }
}
