namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Type of a scalar in the core schema of YAML 1.2.</summary>
internal enum ScalarKind
{
    /// <summary>Text, quoted or not.</summary>
    Text,

    /// <summary>Empty, <c>~</c> or <c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A decimal integer.</summary>
    Integer,

    /// <summary>Any other number: with a fraction, an exponent, hexadecimal, a leading zero.</summary>
    Number,
}
