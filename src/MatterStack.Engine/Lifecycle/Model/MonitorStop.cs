namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>The end of a command by its monitor, where <c>SucceedWhen</c> still decides whether the attempt has a result.</summary>
/// <param name="Reason">What the monitor said, as text for people.</param>
/// <param name="ExitCode">Exit code of the ended command; null if there is none.</param>
internal sealed record MonitorStop(string Reason, int? ExitCode);
