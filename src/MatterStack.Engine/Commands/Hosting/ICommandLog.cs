using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>The log of a command.</summary>
internal interface ICommandLog
{
    /// <summary>Writes a line that every user sees.</summary>
    void Info(string line);

    /// <summary>Writes a line for detailed logs.</summary>
    void Detail(string line);

    /// <summary>Writes an error or a warning.</summary>
    void Report(Problem problem);

    /// <summary>Writes the full text of an exception, for diagnosis; only very detailed logs show it.</summary>
    void ReportDiagnostics(string text) { }

    /// <summary>Whether the user treats this warning as an error.</summary>
    bool TreatsAsError(Problem warning) => false;

    /// <summary>Whether a reported warning was treated as an error. The command then starts nothing new.</summary>
    bool HasWarningAsError => false;
}
