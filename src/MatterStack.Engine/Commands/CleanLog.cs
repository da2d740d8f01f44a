using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>Makes messages safe for the user's console: one line each, without control sequences for terminals and CI systems, and without secrets of the wiring.</summary>
internal sealed class CleanLog(ICommandLog log, SecretResolver secrets) : ICommandLog
{
    public void Say(string line) => log.Say(Line(line));

    public void Detail(string line) => log.Detail(Line(line));

    public bool HasWarningAsError => log.HasWarningAsError;

    public bool TreatsAsError(Problem warning) => log.TreatsAsError(warning);

    public void Report(Problem problem) => log.Report(problem with
    {
        Message = Line(problem.Message),
        Remedy = Line(problem.Remedy),
        Position = problem.Position is { } at ? at with { File = UntrustedText.ToLine(at.File, UntrustedText.MaxLineLength) } : null,
    });

    public void Diagnose(string text) => log.Diagnose(string.Join('\n', text.Split('\n').Select(Line)));

    private string Line(string text) => UntrustedText.ToLine(secrets.Redact(text), UntrustedText.MaxLineLength);
}
