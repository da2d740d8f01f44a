using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Makes messages safe for the user's console: one line each, without control sequences for terminals and CI systems, and without
/// secrets of the wiring.</summary>
internal sealed class RedactingLog(ICommandLog log, SecretResolver secrets) : ICommandLog
{
    public void Info(string line) => log.Info(ToSafeLine(line));

    public void Detail(string line) => log.Detail(ToSafeLine(line));

    public bool HasWarningAsError => log.HasWarningAsError;

    public bool TreatsAsError(Problem warning) => log.TreatsAsError(warning);

    public void Report(Problem problem) =>
        log.Report(
            problem with
            {
                Message = ToSafeLine(problem.Message),
                Remedy = ToSafeLine(problem.Remedy),
                Position = problem.Position is { } at
                    ? at with
                    {
                        File = UntrustedText.ToLine(at.File, UntrustedText.MaxLineLength),
                    }
                    : null,
            }
        );

    public void ReportDiagnostics(string text) => log.ReportDiagnostics(string.Join('\n', text.Split('\n').Select(ToSafeLine)));

    private string ToSafeLine(string text) => UntrustedText.ToLine(secrets.Redact(text), UntrustedText.MaxLineLength);
}
