namespace MatterStack.Engine.Runs.Store;

/// <summary>Kind of a file that came into a run from outside.</summary>
internal enum RunInputKind
{
    /// <summary>The wiring that was put in force.</summary>
    Wiring,

    /// <summary>A file that a task or a campaign class uses.</summary>
    CampaignFile,

    /// <summary>The campaign's program.</summary>
    Program,
}
