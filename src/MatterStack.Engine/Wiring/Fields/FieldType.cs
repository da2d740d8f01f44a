namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Type of a field of wiring.</summary>
public enum FieldType
{
    /// <summary>A word that is compared literally: references are not resolved.</summary>
    Word,

    /// <summary>Text that may contain <c>${env:NAME}</c> and <c>${file:PATH}</c>.</summary>
    Text,

    /// <summary>A path, relative to the workspace folder; <c>~</c> is the home folder.</summary>
    Path,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A number with an optional fraction.</summary>
    Number,

    /// <summary>A time span <c>hh:mm:ss</c>.</summary>
    Duration,

    /// <summary>A time limit: minutes as a number, or a text in the form of batch schedulers.</summary>
    TimeLimit,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A mapping of names to texts.</summary>
    TextMap,

    /// <summary>A mapping with its own fields.</summary>
    Group,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A mapping of free names to integers.</summary>
    IntegerMap,

    /// <summary>A mapping of free names to groups with the same fields.</summary>
    GroupMap,

    /// <summary>A list of groups with the same fields.</summary>
    GroupList,

    /// <summary>Devices of a machine: how many, or a list of their names. A number has the same meaning as the names from <c>0</c>
    /// on.</summary>
    Devices,
}
