using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>Where a command speaks to its user.</summary>
internal interface ICommandLog
{
    /// <summary>A line that everybody should see, at once.</summary>
    void Say(string line);

    /// <summary>A line for those who look closely.</summary>
    void Detail(string line);

    void Report(Problem problem);

    /// <summary>All of an exception, for whoever mends it; shown only if the command is asked to say everything.</summary>
    void Diagnose(string text)
    {
    }
    /// <summary>Whether the user has asked for this warning to be an error.</summary>
    bool TreatsAsError(Problem warning) => false;

    /// <summary>Whether a warning that was reported was treated as an error: what has not begun is then not begun.</summary>
    bool HasWarningAsError => false;
}
