using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Evidence.Signing;
using MatterStack.Engine.Evidence.Verification;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>Checks an evidence bundle: of a run of the workspace, or at a given path.</summary>
internal static class VerifyEvidenceCommand
{
    // Keeps the report readable.
    private const int MaxReported = 100;

    public static CommandResult Execute(CommandContext context) =>
        context.RunGuarded(() =>
        {
            var path = context.Arguments.EvidencePath;
            if (path is null)
            {
                if (!context.Runs.FindRun(context.Arguments.RunId).TryGet(out var run, out var none))
                {
                    return context.ReportFailure(none);
                }

                path = run.EvidenceFolder;
            }

            Signer? key = null;
            if (context.Arguments.EvidenceKey is { } named && !Signer.Load(named).TryGet(out key, out var problems))
            {
                return context.ReportFailure(problems);
            }

            using var _ = key;
            if (
                !EvidenceVerifier
                    .VerifyBundle(path, key, BuiltInOperators.Catalog.Schema.ForChecking())
                    .TryGet(out var verified, out problems)
            )
            {
                return context.ReportFailure(problems);
            }

            context.ReportProblems(verified.Problems.Take(MaxReported));
            var good = verified.Problems.Count == 0;
            var signed =
                verified.SignerKeyId is null ? "not signed"
                : key is null ? $"it names the key {verified.SignerKeyId}; give -p:EvidenceKey=… to check the signature"
                : $"signed with {verified.SignerKeyId}";
            context.Log.Info(
                good
                    ? $"{path}: evidence of run {verified.RunId} is whole: {CountText.FormatCount(verified.FileCount, "file")}; {signed}"
                    : $"{path}: evidence is NOT good: {CountText.FormatCount(verified.Problems.Count, "problem")}"
            );
            return new CommandResult(
                good,
                [
                    ReportItem.Create(
                        path,
                        ("run_id", verified.RunId),
                        ("valid", good ? "true" : "false"),
                        ("files", verified.FileCount),
                        ("problems", verified.Problems.Count),
                        ("signed_by", verified.SignerKeyId)
                    ),
                ]
            );
        });
}
